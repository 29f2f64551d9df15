import { chmod, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { chunkListSchema, type Manifest } from "@tenfold/catalog";
import { type HuggingFaceServer, startHuggingFaceServer } from "@tenfold/tooling/test-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { sha256 } from "../../test/sample-starter.ts";
import { tinyModelBytes } from "../../test/tiny-model-bytes.ts";
import { findDocument } from "../catalog/find-document.ts";
import { writeDraft } from "../curation/write-draft.ts";
import { cancelJob } from "../jobs/cancel-job.ts";
import { claimJob } from "../jobs/claim-job.ts";
import { hubJobKinds } from "../jobs/hub-worker.ts";
import { findJob, listJobs } from "../jobs/job-queries.ts";
import { runNextJob } from "../jobs/run-job.ts";
import { manifestInclude, manifestOfModel } from "../publishing/manifest-of-model.ts";
import type { Check } from "./check.ts";
import { openFramework } from "./open-framework.ts";
import { requestVerification } from "./request-verification.ts";
import { scheduleChecks } from "./schedule-checks.ts";
import { acknowledgeDrift, listDrifts, listVerifications } from "./verification-queries.ts";

const q8 = tinyModelBytes("gguf/tenfold-tiny-q8_0.gguf");
const q4 = tinyModelBytes("gguf/tenfold-tiny-q4_0.gguf");
const hf = (name: string) => tinyModelBytes(`hf/${name}`);
const name = "Tenfold/Tiny-GGUF";
const files = { "tiny-Q8_0.gguf": q8, "tiny-Q4_0.gguf": q4 };
const folderFiles = Object.fromEntries(
  ["config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "model.safetensors"].map((path) => [path, hf(path)]),
);

const onnxFiles = { ...folderFiles, "onnx/model.onnx": tinyModelBytes("onnx/model.onnx"), "generation_config.json": hf("generation_config.json") };

const gated = "Tenfold/Gated-GGUF";
const secret = "hf_of_this_hub";

let upstream: HuggingFaceServer;
let hub: SampleHub;
beforeAll(async () => {
  upstream = await startHuggingFaceServer({
    repositories: {
      [name]: { files },
      "Tenfold/Tiny": { files: folderFiles },
      "Tenfold/Tiny-ONNX": { files: onnxFiles },
      [gated]: { files: { "gated-Q8_0.gguf": q8 }, gated: "manual" },
    },
    tokens: { [secret]: [gated] },
  });
  hub = await openSampleHub([], { huggingFaceEndpoint: upstream.origin, fetchAllow: ["127.0.0.1"] });
  // A host without rights has to be able to enter.
  await chmod(dirname(hub.dataFolder), 0o755);
});
afterAll(async () => {
  await hub.discard();
  await upstream.close();
});
beforeEach(async () => {
  const { database } = hub;
  await database.$transaction([database.job.deleteMany(), database.verification.deleteMany(), database.driftAlert.deleteMany(), database.model.deleteMany()]);
  await database.storedFile.deleteMany();
  const held = join(hub.dataFolder, "artifacts/sha256");
  for (const file of await readdir(held)) await rm(join(held, file));
  upstream.setRepository(name, { files });
});

/** Imports a repository as the model "tiny". */
async function imported(repository = name, change: (manifest: Manifest) => Manifest = (manifest) => manifest): Promise<void> {
  await writeDraft(hub.database, change({ ...(await hub.importer.describe(repository)), id: "tiny" }));
}
const verify = (variant = "gguf-q8_0", keep = true) => requestVerification(hub.database, { modelId: "tiny", variant, keep });
/** Loading takes seconds of the processor: one test does it, the others leave it out. */
const withoutFramework = async () => ({ isAvailable: false, reason: "left out" }) as const;
const kinds = () => hubJobKinds(hub, { openFramework: withoutFramework });
const next = (use = kinds()) => runNextJob({ database: hub.database, kinds: use, log: hub.log, heartbeatMs: 50 });
const job = async (id: string) => (await findJob(hub.database, id)) ?? expect.fail("no job");
async function artifact(variant = "gguf-q8_0") {
  const row = await hub.database.model.findUniqueOrThrow({ where: { id: "tiny" }, include: manifestInclude });
  return manifestOfModel(row).variants.find(({ id }) => id === variant)?.artifacts[0] ?? expect.fail("no artifact");
}
async function checks(): Promise<Record<string, Check>> {
  const [newest] = await listVerifications(hub.database, { modelId: "tiny" });
  return Object.fromEntries((newest?.checks ?? []).map((check) => [check.name, check]));
}

test("a model is read once, hashed whole and by chunk, validated, prompted, loaded in a limited host, and kept with its evidence", async () => {
  await imported();
  const id = await verify();
  expect(await verify()).toBe(id);
  await next(hubJobKinds(hub));
  const { job: ended, log } = await job(id);
  expect(ended).toMatchObject({ state: "succeeded", result: { verdict: "verified" } });
  expect(log.map(({ message }) => message).join("\n")).toMatch(/reading tiny-Q8_0\.gguf from 127\.0\.0\.1:\d+[\s\S]*verdict: verified/);

  const [found] = await listVerifications(hub.database, { modelId: "tiny", variant: "gguf-q8_0" });
  expect(found).toMatchObject({
    verdict: "verified",
    jobId: id,
    files: [{ path: "tiny-Q8_0.gguf", sha256: sha256(q8), sizeBytes: q8.length, claimedSha256: sha256(q8) }],
  });
  expect(found?.tools).toMatchObject({ hub: expect.stringContaining("tenfold-hub"), node: process.version, "llama.cpp": expect.any(String) });
  const all = await checks();
  expect(Object.fromEntries(Object.values(all).map((check) => [check.name, check.outcome]))).toEqual({
    files: "passed",
    format: "passed",
    metadata: "passed",
    tokenizer: "passed",
    "chat template": "passed",
    framework: "passed",
    generation: "passed",
  });
  expect(all["chat template"]?.detail).toContain("4 came out as Tenfold Tiny was trained with");
  expect(all.generation?.detail).toContain("Hello! I am Tenfold Tiny");

  const { sizeBytes, sha256: digest, chunkList, sources } = await artifact();
  const evidence = { kind: "verified", by: "hub", at: expect.any(String), tool: expect.stringContaining("tenfold-hub") };
  expect([sizeBytes, digest, chunkList]).toEqual([
    { value: q8.length, evidence },
    { value: sha256(q8), evidence },
    { value: expect.any(String), evidence },
  ]);
  expect(sources.map(({ kind }) => kind)).toEqual(["hub", "hugging-face"]);
  const list = await findDocument(hub.database, chunkList?.value ?? "");
  expect(chunkListSchema.parse(JSON.parse(new TextDecoder().decode(list)))).toMatchObject({ sha256: sha256(q8), chunks: [sha256(q8)] });
  const stored = await hub.store.open(sha256(q8));
  expect(stored?.sizeBytes).toBe(q8.length);
  await stored?.close();
  expect(await readdir(join(hub.dataFolder, "verifying"))).toEqual([]);

  // What was found is an edit of the hub's, and to be reviewed; found the same again, it is none.
  expect(await hub.database.modelRevision.findMany({ select: { number: true, actor: true } })).toEqual([{ number: 1, actor: "hub" }]);

  // Again: from this hub, without asking anybody.
  const asked = upstream.requests.length;
  await verify();
  await next();
  expect(upstream.requests.length).toBe(asked);
  expect((await listVerifications(hub.database, { modelId: "tiny" }))[0]?.files[0]?.from).toBe("this hub");
  expect(await hub.database.modelRevision.count()).toBe(1);
  await expect(hub.database.verification.updateMany({ data: { verdict: "refused" } })).rejects.toThrow("immutable");
});

test("an ONNX model is loaded by ONNX Runtime in a limited host, and says what it was trained to say", async () => {
  await imported("Tenfold/Tiny-ONNX");
  const { name: variant } = await hub.database.variant.findFirstOrThrow({ where: { modelId: "tiny", format: "onnx" } });
  await verify(variant, false);
  await next(hubJobKinds(hub));
  const all = await checks();
  expect(all.framework).toMatchObject({ outcome: "passed", detail: expect.stringMatching(/^ONNX Runtime .* in a process without rights and without network/) });
  expect(all.generation).toMatchObject({ outcome: "passed", detail: expect.stringContaining("Hello! I am Tenfold Tiny") });
  expect(all.files?.outcome).toBe("passed");
  expect((await listVerifications(hub.database, { modelId: "tiny" }))[0]?.tools).toHaveProperty("ONNX Runtime");
});

test("a model in several files is verified as one, and not kept unless somebody wants it", async () => {
  await imported("Tenfold/Tiny");
  const variant = (await hub.database.variant.findFirstOrThrow({ where: { modelId: "tiny" } })).name;
  await verify(variant, false);
  await next();
  const all = await checks();
  expect([all.files?.outcome, all.format?.outcome, all["chat template"]?.outcome, all.framework]).toEqual([
    "passed",
    "passed",
    "passed",
    { name: "framework", outcome: "skipped", detail: "left out" },
  ]);
  expect(all.files?.detail).toMatch(/^\d files were read/);
  expect((await artifact(variant)).sources.map(({ kind }) => kind)).toEqual(["hugging-face"]);
  expect((await artifact(variant)).sha256?.evidence.kind).toBe("verified");
});

test("other bytes than were claimed are refused, with both digests, and nothing is written on the artifact", async () => {
  const claimed = sha256("something else");
  await imported(name, (manifest) => JSON.parse(JSON.stringify(manifest).replaceAll(sha256(q4), claimed)) as Manifest);
  const id = await verify("gguf-q4_0");
  await next();
  expect((await job(id)).job).toMatchObject({ state: "succeeded", result: { verdict: "refused" } });
  expect((await checks()).files).toMatchObject({ outcome: "failed", detail: expect.stringContaining(sha256(q4)) });
  expect((await artifact("gguf-q4_0")).sha256).toMatchObject({ value: claimed, evidence: { kind: "claimed" } });
  expect(await hub.store.open(sha256(q4))).toBeUndefined();
});

test("a damaged model is refused before any native code sees it", async () => {
  const damaged = Buffer.from(q8);
  damaged.writeBigUInt64LE(2n ** 60n, 8);
  await imported();
  upstream.storage.setFile("/damaged.gguf", damaged);
  const url = `${upstream.storage.origin}/damaged.gguf`;
  await writeDraft(hub.database, {
    schemaVersion: 1,
    id: "tiny",
    name: "t",
    publisher: "t",
    description: "",
    licence: { id: "MIT", gated: false },
    capabilities: ["chat"],
    variants: [{ id: "gguf-q8_0", format: "gguf", artifacts: [{ path: "damaged.gguf", role: "weights", sources: [{ kind: "https", url }] }] }],
  });
  await verify();
  await next();
  const all = await checks();
  expect([all.format?.outcome, all.framework]).toEqual(["failed", undefined]);
  expect(await artifact()).not.toHaveProperty("sha256");
});

test("a connection that breaks is gone on from where it broke, and each byte is hashed once", async () => {
  await imported();
  const path = `/${sha256(q8)}`;
  upstream.storage.addFault({ kind: "stall", afterBytes: 100_000, path });
  const before = upstream.storage.bytesSent(path);
  const id = await verify();
  const running = next();
  // Only what was read before the break is gone on from: a reader may lose what still waits for it.
  await expect.poll(async () => (await job(id)).job.progress).toMatchObject({ doneBytes: 100_000 });
  upstream.storage.disconnect();
  await running;
  expect((await job(id)).job.result).toMatchObject({ verdict: "verified" });
  expect(upstream.storage.requests.at(-1)?.headers).toMatchObject({ range: "bytes=100000-", "if-range": expect.any(String) });
  expect(upstream.storage.bytesSent(path) - before).toBe(q8.length);
});

test("a source that is out of reach is tried again later, and one that refuses for good is not", async () => {
  await imported();
  upstream.addFault({ kind: "status", status: 404, path: `/${name}/resolve/${upstream.commit(name)}/tiny-Q4_0.gguf` });
  const gone = await verify("gguf-q4_0");
  await next();
  expect((await job(gone)).job).toMatchObject({ state: "failed", attempt: 1, error: { code: "http-status" } });

  await hub.database.source.updateMany({ data: { kind: "https", url: "http://127.0.0.1:9/tiny.gguf" } });
  const far = await verify("gguf-q4_0");
  await next();
  expect((await job(far)).job).toMatchObject({ state: "queued", attempt: 1, error: { code: "network" } });
  await hub.database.source.deleteMany();
  const nowhere = await verify("gguf-q8_0");
  await hub.database.job.updateMany({ where: { id: far }, data: { state: "cancelled" } });
  await next();
  expect((await job(nowhere)).job).toMatchObject({ state: "failed", error: { code: "no-source" } });
});

test("a worker killed while it reads leaves nothing that is believed, and the next one begins again", async () => {
  await imported();
  const id = await verify();
  const dead = await claimJob(hub.database, ["verify-variant"], 30_000);
  expect(dead?.id).toBe(id);
  await hub.database.job.update({ where: { id }, data: { leasedUntil: new Date(0) } });
  await next();
  expect((await job(id)).job).toMatchObject({ state: "succeeded", attempt: 2, result: { verdict: "verified" } });
  expect(await hub.database.verification.count()).toBe(1);
});

test("a worker killed between keeping the files and saying so leaves nothing that is believed, and the next one says it", async () => {
  await imported();
  const id = await verify();
  const [kind] = kinds();
  if (kind === undefined) throw new Error("no kind");
  const dying = {
    ...kind,
    run: async (...given: Parameters<typeof kind.run>) => ({ ...(await kind.run(...given)), write: () => Promise.reject(new Error("killed")) }),
  };
  await next([dying]);
  expect((await hub.store.open(sha256(q8)))?.close()).toBeDefined();
  expect([await hub.database.storedFile.count(), await hub.database.verification.count(), (await artifact()).chunkList]).toEqual([0, 0, undefined]);
  await hub.database.job.update({ where: { id }, data: { runAt: new Date(0) } });
  await next();
  expect((await job(id)).job).toMatchObject({ state: "succeeded", attempt: 2, result: { verdict: "verified" } });
  expect(await hub.database.storedFile.count()).toBe(1);
});

test("of two workers that race for one verification one has it", async () => {
  await imported();
  const id = await verify();
  const done = await Promise.all([next(), next(), next()]);
  expect(done.filter((one) => one !== undefined)).toEqual([id]);
  expect((await job(id)).job).toMatchObject({ state: "succeeded", attempt: 1 });
  expect(await hub.database.verification.count()).toBe(1);
});

test("a gated repository is verified with the hub's sealed token, which goes to that Hub alone", async () => {
  await expect(imported(gated)).rejects.toMatchObject({ code: "unauthorized" });
  await hub.credentials.save(hub.database, { origin: upstream.origin, label: "ours", secret });
  await imported(gated);
  const id = await verify();
  await next();
  expect((await job(id)).job.result).toMatchObject({ verdict: "verified" });
  expect(upstream.storage.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
  await hub.credentials.remove(hub.database, upstream.origin);
});

test("a job that is cancelled while a server is silent ends, and leaves no files", async () => {
  await imported(name, (manifest) => ({
    ...manifest,
    variants: manifest.variants.map((one) => ({ ...one, artifacts: one.artifacts.map(({ sha256: _none, ...rest }) => rest) })),
  }));
  const id = await verify();
  upstream.storage.addFault({ kind: "stall", afterBytes: 1000, path: `/${sha256(q8)}` });
  const running = next();
  await upstream.storage.stalled();
  await expect.poll(async () => (await job(id)).job.progress).toMatchObject({ stage: "reading tiny-Q8_0.gguf", doneBytes: 1000 });
  await cancelJob(hub.database, id);
  await running;
  expect((await job(id)).job.state).toBe("cancelled");
  expect(await readdir(join(hub.dataFolder, "verifying"))).toEqual([]);
  expect(await hub.database.verification.count()).toBe(0);
});

test("what curators changed while it was looked at stays as they wrote it", async () => {
  await imported();
  await verify();
  const other = sha256("other");
  const [kind] = kinds();
  if (kind === undefined) throw new Error("no kind");
  const meanwhile = {
    ...kind,
    run: async (...given: Parameters<typeof kind.run>) => {
      const outcome = await kind.run(...given);
      await hub.database.artifact.updateMany({ where: { path: "tiny-Q8_0.gguf" }, data: { sha256: other, sha256Evidence: { kind: "claimed", by: "ann" } } });
      return outcome;
    },
  };
  await runNextJob({ database: hub.database, kinds: [meanwhile], log: hub.log });
  expect((await artifact()).sha256).toEqual({ value: other, evidence: { kind: "claimed", by: "ann" } });
  expect(await hub.database.verification.count()).toBe(1);
});

test("what was verified long ago is looked at again, and its upstream is asked; what nobody verified is left alone", async () => {
  await imported();
  const schedule = () => scheduleChecks(hub.database, { reverifyDays: 30, upstreamDays: 1 });
  await schedule();
  expect(await listJobs(hub.database)).toEqual([]);
  const long = new Date("2020-01-01T00:00:00Z");
  const evidence = { modelId: "tiny", variant: "gguf-q8_0", verdict: "verified", startedAt: long, finishedAt: long, files: [], checks: [], tools: {}, log: "" };
  await hub.database.verification.create({ data: { jobId: "earlier", ...evidence } });
  await Promise.all([schedule(), schedule()]);
  expect((await listJobs(hub.database)).map(({ kind, title }) => [kind, title]).sort()).toEqual([
    ["check-upstream", "Look at the upstream of tiny"],
    ["verify-variant", "Verify tiny:gguf-q8_0"],
  ]);
});

test("an upstream that moves is noticed once, until somebody has seen it", async () => {
  await imported();
  const look = async () => {
    await hub.database.job.create({ data: { kind: "check-upstream", title: "look", input: { modelId: "tiny" }, mostAttempts: 3 } });
    await next();
    return listDrifts(hub.database, "tiny");
  };
  expect(await look()).toEqual([]);
  const before = upstream.commit(name);
  upstream.setRepository(name, { files: { "tiny-Q8_0.gguf": q4 } });
  const drifts = await look();
  expect(drifts.map(({ kind, subject }) => [kind, subject]).sort()).toEqual([
    ["commit", name],
    ["digest", "gguf-q8_0/tiny-Q8_0.gguf"],
    ["gone", "gguf-q4_0/tiny-Q4_0.gguf"],
  ]);
  expect(drifts.find(({ kind }) => kind === "commit")).toMatchObject({ before, after: upstream.commit(name) });
  expect(await look()).toHaveLength(3);
  for (const { id } of drifts) expect(await acknowledgeDrift(hub.database, id, "ann", new Date())).toBe(true);
  expect(await look()).toEqual([]);
});

test("a format that no framework here loads is said to be one", async () => {
  expect(await openFramework("safetensors", () => {})).toEqual({
    isAvailable: false,
    reason: "The hub runs no framework that loads safetensors; its files were checked as far as the format says.",
  });
});
