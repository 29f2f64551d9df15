import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { need, needFullTests } from "@tenfold/tooling/requirement";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openSampleHub } from "../../test/open-sample-hub.ts";
import { type S3Server, startS3Server, versitygw } from "../../test/s3-server.ts";
import { bigFile, claim, sampleModels, sha256 } from "../../test/sample-starter.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { artifactResponse } from "../http/artifact-response.ts";
import { createS3Store } from "./s3-store.ts";

let server: S3Server;
beforeAll(async () => {
  if (versitygw !== undefined) server = await startS3Server();
});
afterAll(() => server?.close());
beforeEach((context) => {
  need(context, "versitygw", versitygw !== undefined, "go install github.com/versity/versitygw/cmd/versitygw@v1.8.0");
  server.fault = () => "ok";
});

async function given(bytes: Uint8Array) {
  const path = join(await temporaryFolder(), "given.bin");
  await writeFile(path, bytes);
  return { path, store: await createS3Store(server.options) };
}
async function readAll(store: Awaited<ReturnType<typeof createS3Store>>, digest: string): Promise<Buffer> {
  const response = await artifactResponse(new Request("http://hub.example/"), digest, store);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}
/** Fails so often, then goes well. */
function failing(times: number, fault: "500" | "silent" | "cut", on: RegExp) {
  let left = times;
  const seen: string[] = [];
  server.fault = (method, path) => {
    seen.push(method);
    if (!on.test(`${method} ${path}`) || left === 0) return "ok";
    left -= 1;
    return fault;
  };
  return seen;
}

test("a file in several parts and a small one come back as they were, whole and from any position", async () => {
  const big = bigFile();
  const { path, store } = await given(big);
  const { chunkList, path: place } = await store.add(path, { sha256: sha256(big) });
  expect([place, chunkList.chunks.length]).toEqual([`artifacts/sha256/${sha256(big)}`, 3]);
  expect(sha256(await readAll(store, sha256(big)))).toBe(sha256(big));
  const ranged = await artifactResponse(new Request("http://hub.example/", { headers: { range: "bytes=20971515-" } }), sha256(big), store);
  expect(Buffer.from(await ranged.arrayBuffer())).toEqual(big.subarray(20_971_515));
  const file = await store.open(sha256(big));
  const into = new Uint8Array(4);
  await file?.read(into, 9_000_000);
  expect(Buffer.from(into)).toEqual(big.subarray(9_000_000, 9_000_004));
  expect(await file?.read(into, big.length)).toBe(0);
  await file?.close();
  expect(await store.open(claim)).toBeUndefined();
});

test("a file that the hub hashed itself is moved there, once", async () => {
  const { path, store } = await given(Buffer.from("moved"));
  const chunkList = { schemaVersion: 1 as const, sha256: sha256("moved"), sizeBytes: 5, chunkSizeBytes: 8_388_608, chunks: [sha256("moved")] };
  await store.adopt(path, chunkList);
  await expect(access(path)).rejects.toThrow();
  const again = await given(Buffer.from("moved"));
  const seen = failing(0, "500", /x/);
  await again.store.adopt(again.path, chunkList);
  expect(seen).not.toContain("PUT");
});

test("a storage that answers 500, or cuts the line, is asked again, and nothing is lost or stored damaged", async () => {
  const bytes = Buffer.from("five hundred".repeat(1000));
  const { path, store } = await given(bytes);
  failing(2, "500", /^PUT/);
  await store.add(path);
  failing(2, "500", /^GET/);
  expect((await readAll(store, sha256(bytes))).equals(bytes)).toBe(true);
  failing(1, "cut", /^GET/);
  expect((await readAll(store, sha256(bytes))).equals(bytes)).toBe(true);
});

test("a storage that fails for good is told, as something that may pass, and leaves nothing half", async () => {
  const big = bigFile().subarray(1);
  const { path, store } = await given(big);
  server.fault = (method, url) => (method === "PUT" && url.includes("partNumber=2") ? "500" : "ok");
  await expect(store.add(path)).rejects.toMatchObject({ code: "storage-failed", retryable: true, remedy: expect.stringContaining("S3_ENDPOINT") });
  server.fault = () => "ok";
  expect(await store.open(sha256(big))).toBeUndefined();
  await expect(createS3Store({ ...server.options, secretAccessKey: "wrong" })).rejects.toMatchObject({ code: "storage-failed", retryable: false });
  await expect(createS3Store({ ...server.options, bucket: "none" })).rejects.toMatchObject({ code: "storage-failed" });
});

test("what is not as expected, or empty, is refused before it is sent", async () => {
  const { path, store } = await given(Buffer.from("hello"));
  await expect(store.add(path, { sha256: claim })).rejects.toMatchObject({ code: "digest-mismatch" });
  await expect(store.add(path, { sizeBytes: 4 })).rejects.toMatchObject({ code: "size-mismatch" });
  await expect(store.add(join(path, "none"))).rejects.toMatchObject({ code: "storage-failed" });
  const empty = await given(new Uint8Array());
  await expect(empty.store.add(empty.path)).rejects.toMatchObject({ code: "invalid-format" });
});

test("what lies there is listed, and removed unless it was stored anew; a transfer whose process was killed is found and ended", async () => {
  const bytes = Buffer.from("to be swept");
  const { path, store } = await given(bytes);
  await store.add(path);
  const listed = [];
  for await (const file of store.list()) listed.push(file);
  const found = listed.find((file) => file.sha256 === sha256(bytes));
  expect([found?.sizeBytes, Math.abs(Date.now() - (found?.storedAt.getTime() ?? 0)) < 3_600_000]).toEqual([bytes.length, true]);
  expect(await store.remove(sha256(bytes), new Date(0))).toBe(false);
  const later = new Date(Date.now() + 3_600_000);
  expect([await store.remove(sha256(bytes), later), await store.remove(sha256(bytes), later)]).toEqual([true, false]);
  expect(await store.open(sha256(bytes))).toBeUndefined();

  const big = await given(bigFile().subarray(2));
  // As a process that is killed: neither the next part nor the end of it comes through.
  server.fault = (method, url) => (method === "DELETE" || (method === "PUT" && url.includes("partNumber=2")) ? "500" : "ok");
  await expect(big.store.add(big.path)).rejects.toMatchObject({ code: "storage-failed" });
  server.fault = () => "ok";
  expect(await store.unfinished(new Date(0))).toEqual([]);
  const [transfer, ...others] = await store.unfinished(later);
  expect([transfer?.name, others]).toEqual([`tenfold/artifacts/sha256/${sha256(bigFile().subarray(2))}`, []]);
  await transfer?.remove();
  await transfer?.remove();
  expect(await store.unfinished(later)).toEqual([]);
});

test("a hub keeps its files there and serves them from there", async (context) => {
  needFullTests(context);
  const hub = await openSampleHub(sampleModels(), { s3: server.options });
  expect((await readAll(hub.store, sha256(bigFile()))).length).toBe(bigFile().length);
  await expect(access(join(hub.dataFolder, "artifacts/sha256", sha256(bigFile())))).rejects.toThrow();
  await hub.discard();
});
