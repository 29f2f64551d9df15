import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { need, needFullTests } from "@tenfold/tooling/requirement";
import { startFileServer } from "@tenfold/tooling/test-server";
import { beforeEach, expect, onTestFinished, type TestContext, test } from "vitest";
import { hashFile } from "../src/artifacts/hash-file.ts";
import { writeDraft } from "../src/curation/write-draft.ts";
import { artifactResponse } from "../src/http/artifact-response.ts";
import { hubJobKinds } from "../src/jobs/hub-worker.ts";
import { findJob } from "../src/jobs/job-queries.ts";
import { runNextJob } from "../src/jobs/run-job.ts";
import { uploadsPath } from "../src/uploads/open-uploads.ts";
import { requestVerification } from "../src/verification/request-verification.ts";
import { openSampleHub, type SampleHub } from "./open-sample-hub.ts";
import { newPerson, newToken } from "./people.ts";
import { startS3Server, versitygw } from "./s3-server.ts";
import { sha256 } from "./sample-starter.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { tinyModelBytes } from "./tiny-model-bytes.ts";

// What surrounds a hub fails: its storage, its disk.
const q8 = tinyModelBytes("gguf/tenfold-tiny-q8_0.gguf");

beforeEach((context) => needFullTests(context));

/** Has a model verified that lies at an address, of a size that nobody says. */
async function verify(hub: SampleHub, url: string): Promise<string> {
  await writeDraft(hub.database, {
    schemaVersion: 1,
    id: "tiny",
    name: "Tiny",
    publisher: "Example",
    description: "",
    licence: { id: "MIT", gated: false },
    capabilities: ["chat"],
    variants: [{ id: "gguf-q8_0", format: "gguf", artifacts: [{ path: "tiny.gguf", role: "weights", sources: [{ kind: "https", url }] }] }],
  });
  return requestVerification(hub.database, { modelId: "tiny", variant: "gguf-q8_0", keep: true });
}
async function attempt(hub: SampleHub, id: string) {
  await hub.database.job.updateMany({ where: { id, state: "queued" }, data: { runAt: new Date(0) } });
  const openFramework = async () => ({ isAvailable: false, reason: "left out" }) as const;
  await runNextJob({ database: hub.database, kinds: hubJobKinds(hub, { openFramework }), log: hub.log });
  return (await findJob(hub.database, id))?.job ?? expect.fail("no job");
}

test("a storage that answers 500 for long stops a verification with nothing half believed; when it is slow, all ends well", async (context) => {
  need(context, "versitygw", versitygw !== undefined, "go install github.com/versity/versitygw/cmd/versitygw@v1.8.0");
  const server = await startS3Server();
  const files = await startFileServer({ files: { "/tiny.gguf": q8 } });
  const hub = await openSampleHub([], { s3: server.options, fetchAllow: ["127.0.0.1"] });
  onTestFinished(async () => {
    await hub.discard();
    await files.close();
    await server.close();
  });
  const id = await verify(hub, files.url("/tiny.gguf"));
  await mkdir(join(hub.dataFolder, "verifying"));
  server.fault = (method) => (method === "PUT" ? "500" : "ok");
  expect(await attempt(hub, id)).toMatchObject({ state: "queued", attempt: 1, error: { code: "storage-failed" } });
  expect([await hub.database.storedFile.count(), await hub.database.verification.count()]).toEqual([0, 0]);
  expect(await readdir(join(hub.dataFolder, "verifying"))).toEqual([]);

  server.fault = () => "slow";
  expect(await attempt(hub, id)).toMatchObject({ state: "succeeded", attempt: 2, result: { verdict: "verified" } });
  const back = await artifactResponse(new Request("http://hub.example/"), sha256(q8), hub.store);
  expect(sha256(new Uint8Array(await back.arrayBuffer()))).toBe(sha256(q8));
  // Verified once more, it is read from there.
  const again = await requestVerification(hub.database, { modelId: "tiny", variant: "gguf-q8_0", keep: true });
  expect(await attempt(hub, again)).toMatchObject({ state: "succeeded" });
  expect(files.requestCount("/tiny.gguf")).toBe(2);
});

/** A disk of its own, so small, at a folder. */
async function smallDisk(context: TestContext, folder: string, size: string): Promise<{ grow(to: string): void; remove(): void }> {
  await mkdir(folder, { recursive: true });
  const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tenfold", folder]).status === 0;
  need(context, "mount", isMounted, "run as root where file systems may be mounted");
  const remove = () => void spawnSync("umount", [folder]);
  onTestFinished(remove);
  return { grow: (to) => void execFileSync("mount", ["-o", `remount,size=${to}`, folder]), remove };
}

test("a disk that is full while a model is read fails its job, saying so, and leaves nothing; with room again it is verified", async (context) => {
  const large = join(await temporaryFolder(), "large.gguf");
  const file = await open(large, "w");
  await file.truncate(300 * 1024 ** 2);
  await file.close();
  const files = await startFileServer({ files: { "/large.gguf": large, "/tiny.gguf": q8 } });
  const hub = await openSampleHub([], { fetchAllow: ["127.0.0.1"] });
  onTestFinished(async () => {
    await hub.discard();
    await files.close();
  });
  // There is what the hub leaves free, and nothing that it was told of shows that more is needed.
  const disk = await smallDisk(context, join(hub.dataFolder, "verifying"), "260m");
  const id = await verify(hub, files.url("/large.gguf"));
  expect(await attempt(hub, id)).toMatchObject({
    state: "failed",
    attempt: 1,
    error: { code: "disk-full", remedy: expect.stringContaining("Free some space") },
  });
  expect(await readdir(join(hub.dataFolder, "verifying"))).toEqual([]);
  expect([await hub.database.storedFile.count(), await hub.database.verification.count()]).toEqual([0, 0]);

  disk.remove();
  expect(await attempt(hub, await verify(hub, files.url("/tiny.gguf")))).toMatchObject({ state: "succeeded", result: { verdict: "verified" } });
});

test("an upload that fills the disk keeps what has arrived, and goes on when there is room", async (context) => {
  const hub = await openSampleHub([]);
  onTestFinished(() => hub.discard());
  const disk = await smallDisk(context, join(hub.dataFolder, "uploads"), "512k");
  const token = await newToken(hub, await newPerson(hub, "curator"), ["curate"]);
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: Uint8Array<ArrayBuffer>) =>
    hub.uploads.answer(
      new Request(`http://hub.example${path}`, {
        method,
        headers: { "tus-resumable": "1.0.0", authorization: `Bearer ${token}`, ...headers },
        ...(body && { body }),
      }),
      hub,
    );
  const text = (value: string) => Buffer.from(value).toString("base64");
  const metadata = `name ${text("tiny.gguf")},sha256 ${text(sha256(q8))}`;
  const path = (await ask("POST", uploadsPath, { "upload-length": String(q8.length), "upload-metadata": metadata })).headers.get("location") ?? "";
  const patch = (offset: number) =>
    ask("PATCH", path, { "upload-offset": String(offset), "content-type": "application/offset+octet-stream" }, new Uint8Array(q8.subarray(offset)));
  expect((await patch(0)).status).toBeGreaterThanOrEqual(500);
  const offset = Number((await ask("HEAD", path)).headers.get("upload-offset"));
  expect([offset > 0, offset < q8.length]).toEqual([true, true]);
  disk.grow("16m");
  expect((await patch(offset)).status).toBe(204);
  const whole = await hub.uploads.find(path.split("/").at(-1) ?? "");
  expect((await hashFile(whole?.location ?? "")).sha256).toBe(sha256(q8));
});
