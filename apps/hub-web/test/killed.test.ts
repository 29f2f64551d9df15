import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { need, needFullTests } from "@tenfold/tooling/requirement";
import { startHuggingFaceServer } from "@tenfold/tooling/test-server";
import { createTRPCClient, httpLink } from "@trpc/client";
import { beforeEach, expect, onTestFinished, type TestContext, test } from "vitest";
import type { ApiRouter } from "../src/api/api-router.ts";
import { deferred } from "./deferred.ts";
import { newDatabaseEnvironment } from "./new-database.ts";
import { becomeAdministrator } from "./people.ts";
import { startS3Server, versitygw } from "./s3-server.ts";
import { sha256, writeStarter } from "./sample-starter.ts";
import { startHub } from "./start-hub.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { tinyModelBytes } from "./tiny-model-bytes.ts";

// The real hub in a process of its own, killed without warning in the middle of things, and started again.
const q8 = tinyModelBytes("gguf/tenfold-tiny-q8_0.gguf");
const q4 = tinyModelBytes("gguf/tenfold-tiny-q4_0.gguf");

beforeEach((context) => {
  needFullTests(context);
  need(context, "linux", process.platform === "linux", "run it on Linux");
});

async function world(more: Record<string, string> = {}) {
  const upstream = await startHuggingFaceServer({ repositories: { "Tenfold/Tiny-GGUF": { files: { "tiny-Q8_0.gguf": q8 } } } });
  const folder = await temporaryFolder();
  await chmod(folder, 0o755);
  const environment = {
    ...(await newDatabaseEnvironment()),
    TENFOLD_HUB_DATA: join(folder, "data"),
    TENFOLD_HUB_STARTER: await writeStarter(join(folder, "starter"), []),
    HF_ENDPOINT: upstream.origin,
    TENFOLD_HUB_FETCH_ALLOW: "127.0.0.1",
    ...more,
  };
  onTestFinished(() => upstream.close());
  let cookie = "";
  async function start() {
    const hub = startHub(environment);
    onTestFinished(() => void hub.end("SIGKILL"));
    const url = await hub.ready();
    const api = createTRPCClient<ApiRouter>({ links: [httpLink({ url: `${url}/api/trpc`, headers: () => ({ cookie, origin: url }) })] });
    if (cookie === "") cookie = await becomeAdministrator(hub);
    const upload = (method: string, path: string, more: Record<string, string> = {}, body?: BodyInit) =>
      fetch(`${url}${path}`, {
        method,
        headers: { cookie, origin: url, "tus-resumable": "1.0.0", ...more },
        ...(body !== undefined && { body, duplex: "half" }),
      } as RequestInit);
    return { hub, url, api, upload };
  }
  return { upstream, start };
}
type Running = Awaited<ReturnType<Awaited<ReturnType<typeof world>>["start"]>>;

async function importTiny({ api }: Running): Promise<string> {
  const { id = "" } = await api.imports.describe.mutate({ address: "Tenfold/Tiny-GGUF" });
  const { manifests } = await api.imports.byId.query({ id });
  const [manifest] = manifests;
  const choices = {
    proposalId: id,
    models: [{ proposedId: manifest?.id ?? "", id: "tiny", variants: (manifest?.variants ?? []).map((variant) => variant.id), keep: [] }],
  };
  const { digest } = await api.imports.plan.query(choices);
  const { jobs } = await api.imports.carryOut.mutate({ choices, digest, verify: true, keep: true });
  return jobs[0] ?? "";
}
const job = async ({ api }: Running, id: string) => (await api.jobs.byId.query({ id })).job;

test.each([
  ["while it reads", /reading tiny-Q8_0/],
  ["while it checks", /checking|loading|keeping/],
])("a hub killed %s verifies again when it is back, once, and believes nothing of the first time", async (when, stage) => {
  const { upstream, start } = await world();
  const first = await start();
  if (when === "while it reads") upstream.storage.addFault({ kind: "stall", afterBytes: 100_000, path: `/${sha256(q8)}`, after: 1 });
  const id = await importTiny(first);
  await expect.poll(async () => (await job(first, id)).progress?.stage ?? "", { timeout: 120_000, interval: 20 }).toMatch(stage);
  expect(await first.hub.end("SIGKILL")).toBe("SIGKILL");
  const second = await start();
  await expect.poll(async () => (await job(second, id)).state, { timeout: 200_000 }).toBe("succeeded");
  expect(await job(second, id)).toMatchObject({ attempt: 2, result: { verdict: "verified" } });
  expect(await second.api.jobs.verifications.query({ modelId: "tiny" })).toHaveLength(1);
  const file = await fetch(`${second.url}/artifacts/sha256/${sha256(q8)}`);
  expect(sha256(new Uint8Array(await file.arrayBuffer()))).toBe(sha256(q8));
});

test("an upload goes on after the hub was killed in the middle of a piece", async () => {
  const { start } = await world();
  const first = await start();
  const text = (value: string) => Buffer.from(value).toString("base64");
  const created = await first.upload("POST", "/api/uploads", {
    "upload-length": String(q4.length),
    "upload-metadata": `name ${text("up.gguf")},sha256 ${text(sha256(q4))}`,
  });
  const path = created.headers.get("location") ?? "";
  const piece = { "content-type": "application/offset+octet-stream" };
  await first.upload("PATCH", path, { ...piece, "upload-offset": "0" }, new Uint8Array(q4.subarray(0, 200_000)));
  const endless = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(q4.subarray(200_000, 300_000))) });
  const cut = first.upload("PATCH", path, { ...piece, "upload-offset": "200000" }, endless).catch(() => undefined);
  await first.hub.end("SIGKILL");
  await cut;
  const second = await start();
  const offset = Number((await second.upload("HEAD", path)).headers.get("upload-offset"));
  expect(offset).toBeGreaterThanOrEqual(200_000);
  expect((await second.upload("PATCH", path, { ...piece, "upload-offset": String(offset) }, new Uint8Array(q4.subarray(offset)))).status).toBe(204);
  const { id = "" } = await second.api.imports.describeUpload.mutate({ uploadId: path.split("/").at(-1) ?? "" });
  const { manifests } = await second.api.imports.byId.query({ id });
  expect(manifests[0]?.variants[0]?.artifacts[0]).toMatchObject({ path: "up.gguf", sha256: { value: sha256(q4) } });
});

/** A world whose hub keeps its files in object storage, which says nothing any more once it is asked to keep one. */
async function worldOnSilentStorage(context: TestContext) {
  need(context, "versitygw", versitygw !== undefined, "go install github.com/versity/versitygw/cmd/versitygw@v1.8.0");
  const storage = await startS3Server();
  onTestFinished(() => storage.close());
  const { endpoint = "", bucket, accessKeyId, secretAccessKey } = storage.options;
  const there = await world({ S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey });
  const silent = deferred();
  storage.fault = (method) => {
    if (method !== "PUT") return "ok";
    silent.resolve();
    return "silent";
  };
  return { ...there, silent: silent.promise, speak: () => Object.assign(storage, { fault: () => "ok" }) };
}

test("a hub killed while it keeps the files of a model keeps them when it is back", async (context) => {
  const { start, silent, speak } = await worldOnSilentStorage(context);
  const first = await start();
  const id = await importTiny(first);
  await silent;
  await first.hub.end("SIGKILL");
  speak();
  const second = await start();
  await expect.poll(async () => (await job(second, id)).state, { timeout: 200_000 }).toBe("succeeded");
  expect(await job(second, id)).toMatchObject({ attempt: 2, result: { verdict: "verified" } });
  const file = await fetch(`${second.url}/artifacts/sha256/${sha256(q8)}`);
  expect(sha256(new Uint8Array(await file.arrayBuffer()))).toBe(sha256(q8));
});

test("a hub killed while it takes an upload in takes it in when it is back", async (context) => {
  const { start, silent, speak } = await worldOnSilentStorage(context);
  const first = await start();
  const text = (value: string) => Buffer.from(value).toString("base64");
  const metadata = `name ${text("up.gguf")},sha256 ${text(sha256(q4))}`;
  const created = await first.upload("POST", "/api/uploads", { "upload-length": String(q4.length), "upload-metadata": metadata });
  const path = created.headers.get("location") ?? "";
  await first.upload("PATCH", path, { "content-type": "application/offset+octet-stream", "upload-offset": "0" }, new Uint8Array(q4));
  const uploadId = path.split("/").at(-1) ?? "";
  const cut = first.api.imports.describeUpload.mutate({ uploadId }).catch(() => undefined);
  await silent;
  await first.hub.end("SIGKILL");
  await cut;
  speak();
  const second = await start();
  const { id = "" } = await second.api.imports.describeUpload.mutate({ uploadId });
  expect((await second.api.imports.byId.query({ id })).manifests[0]?.variants[0]?.artifacts[0]).toMatchObject({ sha256: { value: sha256(q4) } });
});
