import { readdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type FileServer, startFileServer } from "@tenfold/tooling/test-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Packed, tarGz, zip } from "../../test/archives.ts";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { newPerson, newToken } from "../../test/people.ts";
import { sha256 } from "../../test/sample-starter.ts";
import { tinyModelBytes } from "../../test/tiny-model-bytes.ts";
import { createApiCaller } from "../api/api-router.ts";
import { hubJobKinds } from "../jobs/hub-worker.ts";
import { findJob } from "../jobs/job-queries.ts";
import { runNextJob } from "../jobs/run-job.ts";
import type { Actor } from "../people/actor.ts";
import { planSweep } from "../sweeping/plan-sweep.ts";
import { uploadsPath } from "../uploads/open-uploads.ts";
import { listVerifications } from "../verification/verification-queries.ts";
import { saveProposal } from "./plan-import.ts";
import { requestArchive } from "./request-archive.ts";

const gguf = tinyModelBytes("gguf/tenfold-tiny-q4_0.gguf");
const folder: readonly Packed[] = ["config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "model.safetensors"].map((name) => ({
  name: `tiny/${name}`,
  bytes: tinyModelBytes(`hf/${name}`),
}));
const secret = "ada:0123456789abcdef";

let storage: FileServer;
let kaggle: Server;
let kaggleOrigin: string;
const asked: { path: string; authorization: string | undefined }[] = [];
let hub: SampleHub;
let curator: Actor;
let token: string;
beforeAll(async () => {
  storage = await startFileServer({ files: { "/signed/tiny.tar.gz": await tarGz(folder), "/model.zip": zip([{ name: "tiny-Q4_0.gguf", bytes: gguf }]) } });
  // Kaggle's own protocol: an instance says its newest version, a download leads to a storage elsewhere.
  kaggle = createServer(({ url = "", headers }, response) => {
    asked.push({ path: url, authorization: headers.authorization });
    if (headers.authorization !== `Basic ${Buffer.from(secret).toString("base64")}`)
      return response.writeHead(403).end('{"code":403,"message":"Permission denied"}');
    const instance = "/api/v1/models/ada/tiny/transformers/chat";
    if (url === `${instance}/get`)
      return response.end(JSON.stringify({ id: 7, slug: "chat", versionNumber: 3, licenseName: "Apache 2.0", overview: "A tiny one." }));
    if (url !== `${instance}/3/download`) return response.writeHead(404).end('{"code":404,"message":"Not found"}');
    return response.writeHead(302, { location: storage.url("/signed/tiny.tar.gz") }).end();
  });
  await new Promise<void>((resolve) => kaggle.listen(0, "127.0.0.1", resolve));
  kaggleOrigin = `http://127.0.0.1:${(kaggle.address() as AddressInfo).port}`;
  hub = await openSampleHub([], { fetchAllow: ["127.0.0.1"], kaggleEndpoint: kaggleOrigin });
  curator = await newPerson(hub, "curator");
  token = await newToken(hub, curator, ["curate"]);
});
afterAll(async () => {
  await hub.discard();
  await storage.close();
  kaggle.close();
});
beforeEach(async () => {
  for (const table of [hub.database.job, hub.database.model, hub.database.storedFile]) await (table as typeof hub.database.job).deleteMany();
  asked.length = 0;
});

const api = () => createApiCaller({ hub, actor: curator }).imports;
const next = () =>
  runNextJob({ database: hub.database, kinds: hubJobKinds(hub, { openFramework: async () => ({ isAvailable: false, reason: "left out" }) }), log: hub.log });
async function ended(id: string | undefined) {
  await next();
  return (await findJob(hub.database, id ?? ""))?.job ?? expect.fail("no job");
}
async function upload(name: string, bytes: Uint8Array): Promise<string> {
  const ask = (method: string, path: string, headers: Record<string, string>, body?: BodyInit) =>
    hub.uploads.answer(
      new Request(`http://hub.example${path}`, {
        method,
        headers: { "tus-resumable": "1.0.0", authorization: `Bearer ${token}`, ...headers },
        ...(body && { body }),
      }),
      hub,
    );
  const text = (value: string) => Buffer.from(value).toString("base64");
  const metadata = `name ${text(name)},sha256 ${text(sha256(bytes))}`;
  const path = (await ask("POST", uploadsPath, { "upload-length": String(bytes.length), "upload-metadata": metadata })).headers.get("location") ?? "";
  await ask("PATCH", path, { "upload-offset": "0", "content-type": "application/offset+octet-stream" }, new Uint8Array(bytes));
  const { job } = await api().describeUpload({ uploadId: path.split("/").at(-1) ?? "" });
  return job ?? expect.fail("no job");
}
/** Imports all of a proposal as the model "packed", verifies it, and answers its evidence. */
async function verified(proposalId: string) {
  const { manifests } = await api().byId({ id: proposalId });
  const [manifest] = manifests;
  const variant = manifest?.variants[0]?.id ?? "";
  const choices = { proposalId, models: [{ proposedId: manifest?.id ?? "", id: "packed", variants: [variant], keep: [] }] };
  const { digest } = await api().plan(choices);
  await api().carryOut({ choices, digest, verify: true, keep: true });
  await next();
  return { manifest, evidence: (await listVerifications(hub.database, { modelId: "packed" }))[0] };
}

test("an uploaded tar.gz is read whole, its members are listed, and verified as the model that they are", async () => {
  const archive = await tarGz(folder);
  const id = await upload("My model.tar.gz", archive);
  expect(await ended(id)).toMatchObject({ state: "succeeded", result: { proposal: id } });
  const { manifest, evidence } = await verified(id);
  expect(manifest).toMatchObject({ id: "my-model", architecture: "llama", variants: [{ format: "safetensors" }] });
  const [artifact] = manifest?.variants[0]?.artifacts ?? [];
  expect(artifact).toMatchObject({ path: "My model.tar.gz", sha256: { value: sha256(archive) }, archive: { kind: "tar.gz" } });
  expect(artifact?.archive?.members).toEqual(
    folder.map(({ name, bytes = new Uint8Array() }) => ({ path: name, role: expect.any(String), sizeBytes: bytes.length, sha256: sha256(bytes) })),
  );
  expect(evidence).toMatchObject({ verdict: "verified", files: [{ path: "My model.tar.gz", from: "this hub" }] });
  expect(evidence?.checks.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["files", "passed"],
    ["format", "passed"],
    ["metadata", "passed"],
    ["tokenizer", "passed"],
    ["chat template", "passed"],
    ["framework", "skipped"],
    ["generation", "skipped"],
  ]);
  expect(await readdir(join(hub.dataFolder, "verifying"))).toEqual([]);
});

test("a zip at an address is fetched once: what was read for the proposal is what is verified", async () => {
  const { job } = await api().describe({ address: storage.url("/model.zip") });
  expect((await ended(job)).state).toBe("succeeded");
  const { manifest, evidence } = await verified(job ?? "");
  expect(manifest?.variants[0]?.artifacts[0]).toMatchObject({ sources: [{ kind: "https" }], archive: { kind: "zip", members: [{ sha256: sha256(gguf) }] } });
  expect(evidence?.verdict).toBe("verified");
  expect(storage.requestCount("/model.zip")).toBe(1);
});

test("an archive that does not hold what is listed is refused", async () => {
  const { job } = await api().describe({ address: storage.url("/model.zip") });
  await ended(job);
  const { manifests } = await api().byId({ id: job ?? "" });
  const other = JSON.parse(JSON.stringify(manifests).replaceAll(sha256(gguf), "ab".repeat(32)));
  const { evidence } = await verified(await saveProposal(hub.database, { origin: "a test", manifests: other }));
  expect(evidence).toMatchObject({ verdict: "refused", checks: [{ name: "files", outcome: "failed", detail: expect.stringContaining("ab".repeat(32)) }] });
});

test.each<[string, string, () => Buffer | Promise<Buffer>, RegExp]>([
  ["a bomb of 24 MiB in a zip", "bomb.zip", () => zip([{ name: "model.gguf", bytes: new Uint8Array(24 * 1024 ** 2) }]), /25165824 bytes/],
  ["a bomb in a tar.gz", "bomb.tar.gz", () => tarGz([{ name: "model.gguf", bytes: new Uint8Array(24 * 1024 ** 2) }]), /25165824 bytes/],
  ["a member that leaves its folder", "out.tar.gz", () => tarGz([{ name: "../../escaped.gguf", bytes: gguf }]), /relative path/],
  ["a member with a place of its own", "root.zip", () => zip([{ name: "/etc/escaped.gguf", bytes: gguf }]), /leads out of its folder/],
  ["a link", "link.tgz", () => tarGz([{ name: "model.gguf", linkname: "/etc/passwd" }]), /symbolic link/],
  ["half an archive", "half.tar.gz", async () => (await tarGz(folder)).subarray(0, 200_000), /truncated|damaged/],
  ["no model", "texts.zip", () => zip([{ name: "read.me", bytes: Buffer.from("hello") }]), /not a model/],
])("%s is refused, is not tried again, proposes nothing, and is swept away later", async (_what, name, bytes, why) => {
  const archive = await bytes();
  const job = await ended(await upload(name, archive));
  expect(job).toMatchObject({
    state: "failed",
    attempt: 1,
    error: { code: expect.stringMatching(/^(invalid|unsupported)-format$/), message: expect.stringMatching(why) },
  });
  expect(await readdir(join(hub.dataFolder, "verifying"))).toEqual([]);
  expect(await hub.database.importProposal.findUnique({ where: { id: job.id } })).toBeNull();
  const { unused } = await planSweep({ ...hub, clock: () => new Date(Date.now() + 31 * 24 * 3_600_000) });
  expect(unused.map((file) => file.sha256)).toContain(sha256(archive));
});

test("an address with a per cent sign that encodes nothing is refused before there is a job, and by one that an older hub left at its first attempt", async () => {
  const url = storage.url("/%ZZ.zip");
  await expect(api().describe({ address: url })).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining("%ZZ.zip") });
  expect(await hub.database.job.count()).toBe(0);
  const left = await requestArchive(hub.database, { kind: "archive", url }, curator);
  expect(await ended(left)).toMatchObject({ state: "failed", attempt: 1, error: { code: "invalid-input" } });
  expect(storage.requestCount("/%ZZ.zip")).toBe(0);
});

test("what is no archive is told at once, and not kept", async () => {
  const text = Buffer.from("hello");
  await expect(upload("text.zip", text)).rejects.toMatchObject({ message: expect.stringContaining("no zip, tar or tar.gz") });
  expect(await hub.store.open(sha256(text))).toBeUndefined();
});

test("a variation of a model on Kaggle is found, fetched and verified with the sealed name and key, which go to Kaggle alone", async () => {
  const address = `${kaggleOrigin}/models/ada/tiny/transformers/chat`;
  const refused = await ended((await api().describe({ address })).job);
  expect(refused).toMatchObject({ state: "failed", error: { code: "unauthorized", remedy: expect.stringContaining("NAME:KEY") } });

  await hub.credentials.save(hub.database, { origin: kaggleOrigin, label: "Kaggle", secret }, curator.userId);
  const { job } = await api().describe({ address });
  expect(await ended(job)).toMatchObject({ state: "succeeded" });
  const { manifest, evidence } = await verified(job ?? "");
  expect(manifest).toMatchObject({ id: "tiny-chat", publisher: "ada", licence: { id: "Apache 2.0", gated: true }, description: "A tiny one." });
  expect(manifest?.variants[0]?.artifacts[0]).toMatchObject({
    path: "tiny-chat-3.tar.gz",
    sources: [{ kind: "https", url: `${kaggleOrigin}/api/v1/models/ada/tiny/transformers/chat/3/download` }],
  });
  expect(evidence?.verdict).toBe("verified");
  expect(asked.at(-1)).toMatchObject({ path: "/api/v1/models/ada/tiny/transformers/chat/3/download", authorization: expect.stringMatching(/^Basic /) });
  expect(storage.requests.filter(({ path }) => path.startsWith("/signed")).map(({ headers }) => headers.authorization)).toEqual([undefined]);
  expect(JSON.stringify([await findJob(hub.database, job ?? ""), hub.lines, manifest])).not.toContain("0123456789abcdef");
  const gone = await ended((await api().describe({ address: `${kaggleOrigin}/models/ada/none/transformers/chat/1` })).job);
  expect(gone.error).toMatchObject({ code: "unknown-model" });
});

test("a worker that dies between keeping an archive and saying so reads it again", async () => {
  const id = await upload("again.zip", zip([{ name: "tiny-Q4_0.gguf", bytes: gguf }]));
  const [kind] = hubJobKinds(hub).filter(({ name }) => name === "read-archive");
  if (kind === undefined) throw new Error("no kind");
  const dying = {
    ...kind,
    run: async (...given: Parameters<typeof kind.run>) => ({ ...(await kind.run(...given)), write: async () => Promise.reject(new Error("killed")) }),
  };
  await runNextJob({ database: hub.database, kinds: [dying], log: hub.log });
  await hub.database.job.update({ where: { id }, data: { runAt: new Date(0) } });
  expect(await ended(id)).toMatchObject({ state: "succeeded", attempt: 2 });
  expect((await api().byId({ id })).manifests).toHaveLength(1);
});
