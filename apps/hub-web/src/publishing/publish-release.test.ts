import { chunkListSchema, manifestSchema, releaseSchema } from "@tenfold/catalog";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importedAt, openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { sha256 } from "../../test/sample-starter.ts";
import { findModel } from "../catalog/find-model.ts";
import { publishedRelease } from "../catalog/published-release.ts";
import { lockModel, recordRevision } from "../curation/record-revision.ts";
import { approveManifest, keepManifest } from "../review/approve-manifest.ts";
import { publishRelease } from "./publish-release.ts";

let hub: SampleHub;
beforeAll(async () => {
  hub = await openSampleHub();
});
afterAll(() => hub.discard());

test("every document is valid, canonical, and named by the digest of its bytes", async () => {
  const schemas = { manifest: manifestSchema, chunkList: chunkListSchema, release: releaseSchema };
  const documents = await hub.database.document.findMany();
  expect(documents.map(({ kind }) => kind).sort()).toEqual(["chunkList", "manifest", "manifest", "manifest", "release"]);
  for (const { sha256: digest, kind, bytes } of documents) {
    expect(sha256(bytes)).toBe(digest);
    const value = JSON.parse(new TextDecoder().decode(bytes));
    expect(schemas[kind].parse(value)).toEqual(value);
  }
});

test("the first release lists every model with the reference to its manifest", async () => {
  const published = await publishedRelease(hub.database);
  expect(published).toMatchObject({ number: 1, publishedAt: new Date(importedAt) });
  const row = await hub.database.document.findUniqueOrThrow({ where: { sha256: published?.sha256 ?? "" } });
  expect(row.bytes.byteLength).toBe(published?.sizeBytes);
  const release = releaseSchema.parse(JSON.parse(new TextDecoder().decode(row.bytes)));
  expect(release.models.map(({ id }) => id)).toEqual(["local", "quite-claimed.model", "wrong"]);
  expect(release.models[0]).toMatchObject({
    name: "Local Model",
    parameterCount: 135_000_000,
    contextLength: 2048,
    formats: ["gguf"],
    capabilities: ["chat", "tools"],
  });
  for (const { manifest } of release.models) {
    const document = await hub.database.document.findUniqueOrThrow({ where: { sha256: manifest.sha256 } });
    expect(document.bytes.byteLength).toBe(manifest.sizeBytes);
  }
});

test("the next release shares what did not change, moves the channel, and leaves the first as it was", async () => {
  const before = { local: await findModel(hub.database, "local"), wrong: await findModel(hub.database, "wrong") };
  await hub.database.model.update({ where: { id: "wrong" }, data: { name: "Right Model" } });
  await hub.database.$transaction(async (transaction) => {
    const revision = await recordRevision(transaction, "hub", "wrong");
    await approveManifest(transaction, "wrong", await keepManifest(transaction, await lockModel(transaction, "wrong")), revision);
  });
  expect((await findModel(hub.database, "wrong"))?.manifest.name).toBe("Wrong Model");

  const release = await publish("2026-02-01T00:00:00Z");
  expect(release.number).toBe(2);
  expect(await publishedRelease(hub.database)).toMatchObject({ number: 2 });
  expect((await findModel(hub.database, "local"))?.manifestSha256).toBe(before.local?.manifestSha256);
  expect(await findModel(hub.database, "wrong")).toMatchObject({
    manifest: { name: "Right Model" },
    release: { number: 2, publishedAt: "2026-02-01T00:00:00.000Z" },
  });
  const old = await hub.database.releaseModel.findUniqueOrThrow({ where: { releaseNumber_modelId: { releaseNumber: 1, modelId: "wrong" } } });
  expect(old.manifestSha256).toBe(before.wrong?.manifestSha256);
  expect(await hub.database.manifest.count()).toBe(4);
});

test("rows that were changed and not approved are not published, whoever changed them", async () => {
  await hub.database.model.update({ where: { id: "wrong" }, data: { name: "Slipped In" } });
  expect((await publish("2026-02-02T00:00:00Z")).models.map(({ name }) => name)).not.toContain("Slipped In");
});

test("rows that make no manifest cannot be approved", async () => {
  await hub.database.model.update({ where: { id: "wrong" }, data: { capabilities: [] } });
  const keeping = hub.database.$transaction(async (transaction) => keepManifest(transaction, await lockModel(transaction, "wrong")));
  await expect(keeping).rejects.toMatchObject({ code: "invalid-manifest", message: expect.stringContaining("manifest of wrong: capabilities") });
  expect(await hub.database.manifest.count()).toBe(4);
});

function publish(at: string) {
  return hub.database.$transaction((transaction) => publishRelease(transaction, { channel: "stable", publishedAt: new Date(at) }));
}
