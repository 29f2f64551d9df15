import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { downloadFile, fileDownloadInfo, listFiles, modelInfo, pathsInfo, snapshotDownload } from "@huggingface/hub";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { bigFile, sampleModels, sha256 } from "../../test/sample-starter.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { lockModel } from "../curation/record-revision.ts";
import { publishRelease } from "../publishing/publish-release.ts";
import { approveManifest, keepManifest } from "../review/approve-manifest.ts";
import { createHandler } from "../server/create-handler.ts";

const upstream = "c".repeat(40);
const bytes = bigFile();
let hub: SampleHub;
let hubUrl: string;
let close: () => void;

beforeAll(async () => {
  const [local, ...others] = sampleModels();
  // The file that the hub holds came from a repository, by another name.
  for (const artifact of local?.variants[0]?.artifacts ?? []) {
    const revision = { value: upstream, evidence: { kind: "claimed", by: "an index" } };
    Object.assign(artifact, { sources: [{ kind: "hugging-face", repository: "Example/Local-GGUF", path: "q8/Local Q8.gguf", revision }] });
  }
  hub = await openSampleHub([local, ...others]);
  const server = createServer((request, response) => void createHandler(hub, (_request, answer) => void answer.writeHead(404).end())(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  hubUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => {
    server.closeAllConnections();
    server.close();
  };
});
afterAll(async () => {
  close();
  await hub.discard();
});

async function listed(options: Parameters<typeof listFiles>[0]) {
  const entries = [];
  for await (const entry of listFiles(options)) entries.push(entry);
  return entries;
}

const at = (repo: string) => ({ repo, hubUrl });

test("@huggingface/hub describes, lists and downloads a model by the repository it came from", async () => {
  const repo = "Example/Local-GGUF";
  const info = await modelInfo({ name: repo, hubUrl, revision: "main", additionalFields: ["sha", "filePaths"] });
  expect(info).toMatchObject({ name: repo, filePaths: ["q8/Local Q8.gguf"], sha: expect.stringMatching(/^[0-9a-f]{40}$/) });
  expect(await listed(at(repo))).toEqual([{ type: "directory", oid: info.sha, size: 0, path: "q8" }]);
  const [, file] = await listed({ ...at(repo), recursive: true });
  expect(file).toMatchObject({ path: "q8/Local Q8.gguf", size: bytes.length, lfs: { oid: sha256(bytes), size: bytes.length } });
  expect(await pathsInfo({ ...at(repo), paths: ["q8/Local Q8.gguf", "none"] })).toMatchObject([{ lfs: { oid: sha256(bytes) } }]);
  expect(await fileDownloadInfo({ ...at(repo), path: "q8/Local%20Q8.gguf" })).toMatchObject({ size: bytes.length, etag: `"${sha256(bytes)}"` });
  const blob = await downloadFile({ ...at(repo), path: "q8/Local%20Q8.gguf" });
  expect(sha256(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer()))).toBe(sha256(bytes));
  expect(await fileDownloadInfo({ ...at(repo), path: "none" })).toBeNull();
});

test("@huggingface/hub takes a whole model by its catalog id, each variant in its folder", async () => {
  const cacheDir = await temporaryFolder();
  const folder = await snapshotDownload({ ...at("tenfold/local"), cacheDir });
  expect(sha256(await readFile(join(folder, "gguf-q8_0/local-q8_0.gguf")))).toBe(sha256(bytes));
});

test("a file says what clients keep of it, and comes by ranges", async () => {
  const { sha } = await (await fetch(`${hubUrl}/api/models/tenfold/local`)).json();
  const path = "gguf-q8_0/local-q8_0.gguf";
  const head = await fetch(`${hubUrl}/tenfold/local/resolve/main/${path}`, { method: "HEAD" });
  expect(Object.fromEntries(head.headers)).toMatchObject({
    "x-repo-commit": sha,
    "x-linked-etag": `"${sha256(bytes)}"`,
    "x-linked-size": String(bytes.length),
    "content-length": String(bytes.length),
    etag: `"${sha256(bytes)}"`,
    "cache-control": "no-cache, no-transform",
  });
  const part = await fetch(`${hubUrl}/tenfold/local/resolve/${sha}/${path}`, { headers: { range: "bytes=4096-8191" } });
  expect(part.status).toBe(206);
  expect(part.headers.get("cache-control")).toContain("immutable");
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(4096, 8192))).toBe(true);
});

test("a commit is known by its own name and by the one that the manifest pins", async () => {
  for (const revision of [upstream, "HEAD", (await (await fetch(`${hubUrl}/api/models/Example/Local-GGUF`)).json()).sha]) {
    const response = await fetch(`${hubUrl}/Example/Local-GGUF/resolve/${revision}/q8/Local%20Q8.gguf`, { method: "HEAD" });
    expect([revision, response.status]).toEqual([revision, 200]);
  }
});

test.each([
  ["/api/models/nobody/nothing", "RepoNotFound"],
  ["/api/models/tenfold/none/tree/main", "RepoNotFound"],
  // Listed, but none of its files is here.
  ["/api/models/tenfold/quite-claimed.model", "RepoNotFound"],
  ["/tenfold/local/resolve/main/none.gguf", "EntryNotFound"],
  ["/tenfold/local/resolve/main/gguf-f32/local-f32.gguf", "EntryNotFound"],
  ["/tenfold/local/resolve/main/..%2f..%2f..%2fhub.lock", "EntryNotFound"],
  [`/tenfold/local/resolve/${"d".repeat(40)}/x`, "RevisionNotFound"],
  ["/api/models/tenfold/local/revision/refs%2Fpr%2F1", "RevisionNotFound"],
  ["/api/models/tenfold/local/tree/main/no/folder", "EntryNotFound"],
])("%s answers 404 with %s, as clients expect it", async (path, code) => {
  const response = await fetch(hubUrl + path);
  expect([response.status, response.headers.get("x-error-code")]).toEqual([404, code]);
  expect(await response.json()).toEqual({ error: expect.any(String) });
});

test("a body that is too long, or is no question, is refused", async () => {
  const ask = (body: string) => fetch(`${hubUrl}/api/models/tenfold/local/paths-info/main`, { method: "POST", body });
  expect((await ask("not JSON")).status).toBe(400);
  expect((await ask(JSON.stringify({ paths: 5 }))).status).toBe(400);
  expect((await ask(JSON.stringify({ paths: ["x".repeat(2 * 1024 * 1024)] }))).status).toBe(400);
  expect((await fetch(`${hubUrl}/api/models/tenfold/local/paths-info/main`)).status).toBe(405);
});

test("an older commit stays while the model changes; what is revoked goes", async () => {
  const { sha } = await (await fetch(`${hubUrl}/api/models/tenfold/local`)).json();
  const publish = (day: number) =>
    hub.database.$transaction((transaction) => publishRelease(transaction, { channel: "stable", publishedAt: new Date(Date.UTC(2026, 2, day)) }));
  await hub.database.artifact.updateMany({ where: { path: "local-q8_0.gguf" }, data: { path: "renamed.gguf" } });
  await hub.database.$transaction(async (transaction) => {
    const row = await lockModel(transaction, "local");
    await approveManifest(transaction, "local", await keepManifest(transaction, row), row.revision);
  });
  await publish(1);
  const { sha: next, siblings } = await (await fetch(`${hubUrl}/api/models/tenfold/local`)).json();
  expect(next).not.toBe(sha);
  expect(siblings).toMatchObject([{ rfilename: "gguf-q8_0/renamed.gguf" }]);
  expect((await fetch(`${hubUrl}/tenfold/local/resolve/${sha}/gguf-q8_0/local-q8_0.gguf`, { method: "HEAD" })).status).toBe(200);

  await hub.database.revocation.create({ data: { modelId: "local", variant: "gguf-q8_0", reason: "It lies.", revokedAt: new Date() } });
  await publish(2);
  for (const address of [`/tenfold/local/resolve/${sha}/gguf-q8_0/local-q8_0.gguf`, "/api/models/tenfold/local", "/api/models/Example/Local-GGUF"]) {
    expect([address, (await fetch(hubUrl + address)).status]).toEqual([address, 404]);
  }
});
