import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { newPerson, newToken, signIn } from "../../test/people.ts";
import { claim, sha256 } from "../../test/sample-starter.ts";
import { tinyModelBytes } from "../../test/tiny-model-bytes.ts";
import { createApiCaller } from "../api/api-router.ts";
import type { Actor } from "../people/actor.ts";
import { openUploads, uploadsPath } from "./open-uploads.ts";

const model = tinyModelBytes("gguf/tenfold-tiny-q8_0.gguf");
const mostUploadBytes = 5_000_000;

let hub: SampleHub;
let curator: Actor;
let token: string;
beforeAll(async () => {
  hub = await openSampleHub([], { mostUploadBytes });
  curator = await newPerson(hub, "curator");
  token = await newToken(hub, curator, ["curate"]);
});
afterAll(() => hub.discard());

const tus = { "tus-resumable": "1.0.0" };
const metadata = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`)
    .join(",");
const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: BodyInit, uploads = hub.uploads) =>
  uploads.answer(
    new Request(`http://hub.example${path}`, {
      method,
      headers: { ...tus, authorization: `Bearer ${token}`, ...headers },
      ...(body !== undefined && { body, duplex: "half" }),
    }),
    hub,
  );
const create = (fields: Record<string, string>, sizeBytes: number, headers: Record<string, string> = {}) =>
  ask("POST", uploadsPath, { "upload-length": String(sizeBytes), "upload-metadata": metadata(fields), ...headers });
async function created(bytes: Uint8Array = model, name = "tiny.gguf"): Promise<string> {
  const response = await create({ name, sha256: sha256(bytes) }, bytes.length);
  expect(response.status).toBe(201);
  return response.headers.get("location") ?? "";
}
const patch = (path: string, offset: number, body: BodyInit, uploads = hub.uploads) =>
  ask("PATCH", path, { "upload-offset": String(offset), "content-type": "application/offset+octet-stream" }, body, uploads);
const offset = async (path: string, uploads = hub.uploads) => Number((await ask("HEAD", path, {}, undefined, uploads)).headers.get("upload-offset"));
const idOf = (path: string) => path.split("/").at(-1) ?? "";
const describe = (path: string) => createApiCaller({ hub, actor: curator }).imports.describeUpload({ uploadId: idOf(path) });
/** A body whose line is cut after so many bytes. */
const cut = (bytes: Uint8Array) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes),
    pull: (controller) => controller.error(new Error("the line is cut")),
  });

test("an upload that is cut is gone on from where it was, also by another process, and becomes a proposal with the file kept", async () => {
  const path = await created();
  expect(path).toMatch(/^\/api\/uploads\/[0-9a-f]{32}$/);
  await patch(path, 0, new Uint8Array(model.subarray(0, 100_000)));
  await patch(path, 100_000, cut(model.subarray(100_000, 200_000)));
  await expect(describe(path)).rejects.toMatchObject({ message: expect.stringContaining("not arrived whole") });
  const restarted = openUploads({ folder: hub.dataFolder, mostBytes: mostUploadBytes });
  const there = await offset(path, restarted);
  expect(there).toBeGreaterThanOrEqual(100_000);
  expect((await patch(path, there, new Uint8Array(model.subarray(there)), restarted)).status).toBe(204);

  const { id = "" } = await describe(path);
  const { manifests } = await createApiCaller({ hub, actor: curator }).imports.byId({ id });
  expect(manifests[0]).toMatchObject({
    id: "tiny",
    architecture: "llama",
    variants: [
      { id: "gguf-q8_0", artifacts: [{ path: "tiny.gguf", sources: [], sha256: { value: sha256(model), evidence: { kind: "claimed", by: "an upload" } } }] },
    ],
  });
  const stored = await hub.store.open(sha256(model));
  expect(stored?.sizeBytes).toBe(model.length);
  await stored?.close();
  expect(await readdir(join(hub.dataFolder, "uploads"))).toEqual([]);
});

test("an upload whose hub was killed before the database knew of the file is taken in when it is asked for again", async () => {
  const path = await created();
  await patch(path, 0, new Uint8Array(model));
  const dying = {
    ...hub,
    database: new Proxy(hub.database, {
      get: (target, name) => (name === "$transaction" ? () => Promise.reject(new Error("killed")) : Reflect.get(target, name)),
    }),
  };
  await expect(createApiCaller({ hub: dying, actor: curator }).imports.describeUpload({ uploadId: idOf(path) })).rejects.toThrow();
  const { id = "" } = await describe(path);
  expect((await createApiCaller({ hub, actor: curator }).imports.byId({ id })).manifests).toHaveLength(1);
  expect(await hub.uploads.find(idOf(path))).toBeUndefined();
  const stored = await hub.store.open(sha256(model));
  expect(stored?.sizeBytes).toBe(model.length);
  await stored?.close();
  expect(await readdir(join(hub.dataFolder, "uploads"))).toEqual([]);
});

test("a piece that does not follow on is refused, and what has arrived stays", async () => {
  const path = await created();
  await patch(path, 0, new Uint8Array(model.subarray(0, 1000)));
  expect((await patch(path, 500, new Uint8Array(10))).status).toBe(409);
  expect(await offset(path)).toBe(1000);
});

test("more than was said, or than the hub takes, is refused", async () => {
  expect((await create({ name: "big.gguf", sha256: claim }, mostUploadBytes + 1)).status).toBe(413);
  const path = await created(model.subarray(0, 1000));
  const response = await patch(path, 0, new Uint8Array(model.subarray(0, 2000)));
  expect(response.status).toBe(413);
  expect(await hub.uploads.find(idOf(path))).toBeUndefined();
});

test.each(["../../etc/passwd", "/etc/passwd", "a\\b", "..", "", "a\u0000b", "x".repeat(256)])("the name %j is refused", async (name) => {
  expect((await create({ name, sha256: claim }, 10)).status).toBe(400);
});

test.each(["/api/uploads/../../hub.lock", "/api/uploads/..%2f..%2fhub.lock", "/api/uploads/secret", `/api/uploads/${"a".repeat(32)}`])(
  "%s leads nowhere",
  async (path) => {
    for (const method of ["HEAD", "PATCH", "DELETE"]) {
      const response = await ask(
        method,
        path,
        { "upload-offset": "0", "content-type": "application/offset+octet-stream" },
        method === "PATCH" ? "x" : undefined,
      );
      expect(response.status).toBe(404);
    }
    expect(await hub.uploads.find(path.slice("/api/uploads/".length))).toBeUndefined();
  },
);

test("a file that is not what the browser hashed, and one that is no model, are refused and not kept", async () => {
  const wrong = await create({ name: "tiny.gguf", sha256: claim }, model.length);
  const path = wrong.headers.get("location") ?? "";
  await patch(path, 0, new Uint8Array(model));
  await expect(describe(path)).rejects.toMatchObject({ message: expect.stringContaining(claim) });
  expect(await hub.uploads.find(idOf(path))).toBeUndefined();

  const script = Buffer.from("#!/bin/sh\necho owned\n");
  const other = await created(script, "run.sh");
  await patch(other, 0, new Uint8Array(script));
  await expect(describe(other)).rejects.toMatchObject({ cause: { code: "unsupported-format" } });
  expect(await hub.store.open(sha256(script))).toBeUndefined();
});

test("strangers, viewers and pages of other sites upload nothing", async () => {
  expect((await create({ name: "a", sha256: claim }, 10, { authorization: "" })).status).toBe(401);
  const viewer = await newPerson(hub, "viewer");
  expect((await create({ name: "a", sha256: claim }, 10, { authorization: `Bearer ${await newToken(hub, viewer, ["read"])}` })).status).toBe(403);
  const cookie = await signIn(hub, curator.email);
  const browser = (origin: string) =>
    hub.uploads.answer(
      new Request(`http://hub.example${uploadsPath}`, {
        method: "POST",
        headers: { ...tus, cookie, host: "hub.example", origin, "upload-length": "10", "upload-metadata": metadata({ name: "a", sha256: claim }) },
      }),
      hub,
    );
  expect((await browser("https://evil.example")).status).toBe(403);
  expect((await browser("http://hub.example")).status).toBe(201);
  expect((await ask("GET", `${uploadsPath}/${"a".repeat(32)}`)).status).toBe(405);
});
