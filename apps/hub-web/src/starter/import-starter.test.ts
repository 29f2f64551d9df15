import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { chunkListSchema, type Manifest } from "@tenfold/catalog";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newDatabase } from "../../test/new-database.ts";
import { importedAt, openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { recordingLog } from "../../test/recording-log.ts";
import { bigFile, claim, sampleModels, sha256, writeStarter } from "../../test/sample-starter.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { findDocument } from "../catalog/find-document.ts";
import { findModel } from "../catalog/find-model.ts";
import { openHub } from "../hub/open-hub.ts";
import { importStarter } from "./import-starter.ts";

let hub: SampleHub;
beforeAll(async () => {
  hub = await openSampleHub();
});
afterAll(() => hub.discard());

async function manifest(id: string): Promise<Manifest> {
  const model = await findModel(hub.database, id);
  if (model === undefined) throw new Error(`no ${id}`);
  return model.manifest;
}

test("what the hub has read itself is verified, with who, when and with what", async () => {
  const [q8, f32] = (await manifest("local")).variants;
  const evidence = { kind: "verified", by: "hub", at: importedAt, tool: expect.stringMatching(/^tenfold-hub \d/) };
  const bytes = bigFile();
  expect(q8?.artifacts[0]).toEqual({
    path: "local-q8_0.gguf",
    role: "weights",
    sources: [{ kind: "hub" }, { kind: "https", url: "https://files.example/wrong.gguf" }],
    sizeBytes: { value: bytes.length, evidence },
    sha256: { value: sha256(bytes), evidence },
    chunkList: { value: expect.stringMatching(/^[0-9a-f]{64}$/), evidence },
  });
  expect(f32?.artifacts[0]).toEqual({
    path: "local-f32.gguf",
    role: "weights",
    sources: [],
    sizeBytes: { value: 50_000_000, evidence: { kind: "claimed", by: "the starter catalog" } },
  });
});

test("the chunk list is a document under its digest", async () => {
  const digest = (await manifest("local")).variants[0]?.artifacts[0]?.chunkList?.value ?? "";
  const bytes = await findDocument(hub.database, digest);
  expect(sha256(bytes ?? "")).toBe(digest);
  expect(chunkListSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))).toMatchObject({ sha256: sha256(bigFile()), chunks: { length: 3 } });
  expect(await hub.database.storedFile.findMany()).toMatchObject([
    { sha256: sha256(bigFile()), path: `artifacts/sha256/${sha256(bigFile())}`, chunkListSha256: digest },
  ]);
});

test("a local file that is not what the catalog says is refused, and only the claims are listed", async () => {
  const [variant] = (await manifest("wrong")).variants;
  expect(variant?.artifacts[0]).toEqual({
    path: "wrong.gguf",
    role: "weights",
    sources: [{ kind: "https", url: "https://files.example/wrong.gguf" }],
    sha256: { value: claim, evidence: { kind: "claimed", by: "a liar" } },
  });
  expect(hub.lines).toContainEqual(expect.stringMatching(/^warning: wrong\.gguf is listed but not served .*small\.bin has the SHA-256 .*, expected abab/));
  expect(await readdir(join(hub.dataFolder, "artifacts/sha256"))).toEqual([sha256(bigFile())]);
});

test("what nobody knows stays absent, and every claim keeps its name", async () => {
  const claimed = await manifest("quite-claimed.model");
  const evidence = { kind: "claimed", by: "an index" };
  expect(claimed.variants).toEqual([
    {
      id: "litertlm",
      format: "litertlm",
      target: { os: "ios" },
      frameworks: ["litert-lm"],
      artifacts: [
        {
          path: "model.litertlm",
          role: "weights",
          sizeBytes: { value: 3_388_604_416, evidence },
          sources: [{ kind: "hugging-face", repository: "a/b", path: "folder/model.litertlm", revision: { value: "c".repeat(40), evidence } }],
        },
        { path: "projector.bin", role: "projector", sources: [], sha256: { value: "cd".repeat(32), evidence } },
      ],
    },
  ]);
  for (const key of ["parameterCount", "contextLength", "languages", "defaults"]) expect(claimed).not.toHaveProperty(key);
});

test("everything that the starter says of a model is published", async () => {
  const [{ variants: _variants, ...said } = { variants: [] }] = sampleModels();
  expect(await manifest("local")).toMatchObject(said);
});

test("an archive is published with what it holds, served from here or claimed, and a licence with the consent it wants", async () => {
  const archive = { kind: "tar.gz", members: [{ path: "model.gguf", role: "weights", sizeBytes: 12, sha256: claim }] };
  const packed = (id: string, artifact: object) => ({ id, format: "gguf", artifacts: [{ ...artifact, archive }] });
  const [model] = sampleModels();
  const licence = { id: "gemma", gated: false, requiresConsent: true };
  const variants = [packed("here", { path: "here.tar.gz", file: "files/small.bin" }), packed("elsewhere", { path: "elsewhere.tar.gz", sha256: claim })];
  const own = await openSampleHub([{ ...model, licence, variants }]);
  const published = (await findModel(own.database, "local"))?.manifest;
  expect(published?.licence).toEqual(licence);
  expect(published?.variants.map((variant) => variant.artifacts[0])).toMatchObject([
    { path: "here.tar.gz", archive, sources: [{ kind: "hub" }], chunkList: { evidence: { kind: "verified" } } },
    { path: "elsewhere.tar.gz", archive, sha256: { evidence: { kind: "claimed" } } },
  ]);
  await own.discard();
});

test("a hub that has published something is left as it is", async () => {
  const { log } = recordingLog();
  const folder = await temporaryFolder();
  const again = await importStarter({ database: hub.database, store: hub.store, starterFolder: folder, log, clock: () => new Date() });
  expect(again).toBe(false);
  expect(await hub.database.release.count()).toBe(1);
});

test("a starter that cannot be read leaves nothing behind, and the next start begins anew", async () => {
  const folder = await temporaryFolder();
  const { log } = recordingLog();
  const options = { ...(await newDatabase()), dataFolder: join(folder, "data"), starterFolder: join(folder, "starter"), log };
  await expect(openHub(options)).rejects.toMatchObject({ code: "storage-failed" });
  await writeStarter(options.starterFolder, [{ ...sampleModels()[2], capabilities: [] }]);
  await expect(openHub(options)).rejects.toMatchObject({ code: "invalid-manifest" });
  await writeStarter(options.starterFolder, sampleModels().slice(2));
  const late = await openHub(options);
  expect(await late.database.model.count()).toBe(1);
  await late.close();
});

test("an empty starter publishes an empty release", async () => {
  const empty = await openSampleHub([]);
  expect(await empty.database.release.count()).toBe(1);
  expect(await findModel(empty.database, "local")).toBeUndefined();
  await empty.discard();
});
