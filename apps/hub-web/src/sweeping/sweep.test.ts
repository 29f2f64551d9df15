import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { newPerson, newToken } from "../../test/people.ts";
import { bigFile, sampleModels, sha256 } from "../../test/sample-starter.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { saveStoredFiles } from "../artifacts/save-stored-files.ts";
import { recordRevision } from "../curation/record-revision.ts";
import { writeDraft } from "../curation/write-draft.ts";
import { saveProposal } from "../imports/plan-import.ts";
import { createDocument } from "../publishing/create-document.ts";
import { draftOfModel, manifestInclude } from "../publishing/manifest-of-model.ts";
import { saveDocuments } from "../publishing/save-documents.ts";
import { uploadsPath } from "../uploads/open-uploads.ts";
import { planSweep } from "./plan-sweep.ts";
import { sweep } from "./sweep.ts";

const published = sha256(bigFile());
let hub: SampleHub;
beforeAll(async () => {
  hub = await openSampleHub(sampleModels());
});
afterAll(() => hub.discard());

/** The same hub so many days from now: what is in it has become older by that. */
const inDays = (days: number) => ({ ...hub, clock: () => new Date(Date.now() + days * 24 * 3_600_000) });
const held = async () => (await readdir(join(hub.dataFolder, "artifacts/sha256"))).sort();
const rows = async () => (await hub.database.storedFile.findMany({ select: { sha256: true } })).map((row) => row.sha256).sort();

/** A file that the hub takes in, as far as a process comes before it is killed. */
async function taken(text: string, { killedBeforeRow = false } = {}): Promise<string> {
  const path = join(await temporaryFolder(), "given.bin");
  await writeFile(path, text);
  const { path: place, chunkList } = await hub.store.add(path);
  if (killedBeforeRow) return chunkList.sha256;
  const document = createDocument("chunkList", chunkList);
  await saveDocuments(hub.database, [document]);
  await saveStoredFiles(hub.database, [{ sha256: chunkList.sha256, sizeBytes: chunkList.sizeBytes, path: place, chunkListSha256: document.sha256 }]);
  return chunkList.sha256;
}
async function withDigest(id: string, digest: string) {
  const row = await hub.database.model.findUniqueOrThrow({ where: { id: "local" }, include: manifestInclude });
  const draft = JSON.parse(JSON.stringify({ ...draftOfModel(row), id }).replaceAll(published, digest));
  await hub.database.$transaction(async (transaction) => {
    await writeDraft(transaction, draft);
    await recordRevision(transaction, "hub", id);
  });
}

test("what a release, a draft, a recent version of a model or a proposal names stays, and what nothing names goes once it is old", async () => {
  const [unused, drafted, replaced, proposed] = [await taken("unused"), await taken("drafted"), await taken("replaced"), await taken("proposed")];
  await withDigest("drafted", drafted);
  await withDigest("edited", replaced);
  await withDigest("edited", sha256("another"));
  await saveProposal(hub.database, { origin: "a test", manifests: [{ note: proposed }] as never });
  // The model is gone from the rows; the release that named its file is not.
  await hub.database.model.delete({ where: { id: "local" } });

  expect((await planSweep(inDays(29))).unused).toEqual([]);
  expect((await planSweep(inDays(31))).unused.map((file) => file.sha256).sort()).toEqual([replaced, unused].sort());
  // Thirty days after it was replaced, and not thirty days after it was stored.
  await hub.database.storedFile.updateMany({ data: { storedAt: new Date(0) } });
  expect((await planSweep(inDays(29))).unused.map((file) => file.sha256)).toEqual([unused]);
  const before = await held();
  expect(await planSweep(inDays(31))).toMatchObject({ unused: [{ sizeBytes: expect.any(Number) }, { sizeBytes: expect.any(Number) }] });
  expect(await held()).toEqual(before);

  expect(await sweep(inDays(31))).toMatchObject({ files: 2, sizeBytes: "unused".length + "replaced".length });
  expect(await held()).toEqual([published, drafted, proposed].sort());
  expect(await rows()).toEqual([published, drafted, proposed].sort());
  expect((await planSweep(inDays(31))).unused).toEqual([]);
  expect(await hub.database.auditEntry.count({ where: { action: "file.forget", subject: `file ${unused}`, actor: "hub" } })).toBe(1);
});

test("what a killed process left is taken by the next sweep: a file without a row, and a row whose file is gone", async () => {
  const stray = await taken("stray", { killedBeforeRow: true });
  const forgotten = await taken("forgotten");
  // Killed after the row went, before the file.
  await hub.database.storedFile.delete({ where: { sha256: forgotten } });
  // Killed after the file went by hand, with the row still there.
  const lost = await taken("lost");
  await hub.store.remove(lost, new Date(Date.now() + 60_000));
  expect((await planSweep(inDays(1))).strays).toEqual([]);
  expect((await planSweep(inDays(31))).strays.map((file) => file.sha256).sort()).toEqual([forgotten, stray].sort());
  expect(await sweep(inDays(31))).toMatchObject({ files: 2 });
  for (const one of [stray, forgotten, lost]) expect([await held(), await rows()].flat()).not.toContain(one);
});

test("a file that is stored anew while it is swept stays", async () => {
  const text = "again";
  const digest = await taken(text);
  await hub.database.storedFile.updateMany({ where: { sha256: digest }, data: { storedAt: new Date(0) } });
  const slow = inDays(0);
  // Just before the sweep comes to the files, somebody uploads the same one.
  const store = {
    ...hub.store,
    async *list() {
      await taken(text);
      yield* hub.store.list();
    },
  };
  await sweep({ ...slow, store });
  expect([await held(), await rows()].map((list) => list.includes(digest))).toEqual([true, true]);
  // And stored between the look at it and its removal.
  expect(await hub.store.remove(digest, new Date(0))).toBe(false);
  expect(await held()).toContain(digest);
});

test("several sweeps at once take each thing once", async () => {
  const digest = await taken("contended");
  const { length } = (await planSweep(inDays(31))).unused;
  const swept = await Promise.all([sweep(inDays(31)), sweep(inDays(31)), sweep(inDays(31))]);
  expect(swept.reduce((sum, { files }) => sum + files, 0)).toBe(length);
  expect(await hub.database.auditEntry.count({ where: { subject: `file ${digest}` } })).toBe(1);
});

test("ended jobs go when they are old; those that wait, and those by which schedules know what was done, stay", async () => {
  const old = new Date(0);
  const job = (kind: string, more: object = {}) => ({
    kind,
    title: kind,
    input: {},
    mostAttempts: 3,
    state: "succeeded" as const,
    finishedAt: old,
    createdAt: old,
    ...more,
  });
  await hub.database.job.createMany({
    data: [
      job("verify-variant", { key: "verify a" }),
      job("verify-variant", { key: "b", state: "queued", finishedAt: null }),
      job("check-upstream", { key: "upstream a" }),
      job("check-upstream", { key: "upstream a", createdAt: new Date(1000) }),
      job("announce-release", { key: "webhook x stable", state: "failed" }),
      job("read-archive", { finishedAt: new Date() }),
    ],
  });
  const { id } = await hub.database.job.findFirstOrThrow({ where: { key: "verify a" } });
  await hub.database.jobEntry.create({ data: { jobId: id, level: "info", message: "of long ago" } });
  expect((await planSweep(inDays(0))).jobs).toBe(2);
  expect((await planSweep({ ...inDays(0), keeping: { jobsDays: 0, unusedDays: 0 } })).jobs).toBe(0);
  expect((await sweep(inDays(0))).jobs).toBe(2);
  expect((await hub.database.job.findMany({ orderBy: { kind: "asc" } })).map(({ kind }) => kind)).toEqual([
    "announce-release",
    "check-upstream",
    "read-archive",
    "verify-variant",
  ]);
  expect(await hub.database.jobEntry.count()).toBe(0);
});

test("an upload that nobody goes on with goes after a week, also one whose file a killed process has moved already", async () => {
  const token = await newToken(hub, await newPerson(hub, "curator"), ["curate"]);
  const text = (value: string) => Buffer.from(value).toString("base64");
  const create = async () => {
    const headers = {
      "tus-resumable": "1.0.0",
      authorization: `Bearer ${token}`,
      "upload-length": "10",
      "upload-metadata": `name ${text("up.gguf")},sha256 ${text(published)}`,
    };
    const response = await hub.uploads.answer(new Request(`http://hub.example${uploadsPath}`, { method: "POST", headers }), hub);
    return response.headers.get("location")?.split("/").at(-1) ?? "";
  };
  const [, moved] = [await create(), await create()];
  await rm(join(hub.dataFolder, "uploads", moved));
  expect((await planSweep(inDays(6))).uploads).toEqual([]);
  expect((await planSweep(inDays(8))).uploads).toMatchObject([{ name: "up.gguf", sizeBytes: 10 }, { name: "up.gguf" }]);
  expect((await sweep(inDays(8))).uploads).toBe(2);
  expect(await readdir(join(hub.dataFolder, "uploads"))).toEqual([]);
});
