import { readFileSync } from "node:fs";
import type { Manifest } from "@tenfold/catalog";
import { type HuggingFaceServer, startHuggingFaceServer } from "@tenfold/tooling/test-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openSampleHub, type SampleHub } from "../../test/open-sample-hub.ts";
import { newPerson } from "../../test/people.ts";
import { claim, sha256 } from "../../test/sample-starter.ts";
import { tinyModelBytes } from "../../test/tiny-model-bytes.ts";
import type { Actor } from "../people/actor.ts";
import { manifestInclude, manifestOfModel } from "../publishing/manifest-of-model.ts";
import { applyImport } from "./apply-import.ts";
import { manifestsOfList } from "./manifests-of-list.ts";
import { type ImportChoices, planImport, saveProposal } from "./plan-import.ts";
import { readImportAddress } from "./read-address.ts";

const q8 = tinyModelBytes("gguf/tenfold-tiny-q8_0.gguf");
const q4 = tinyModelBytes("gguf/tenfold-tiny-q4_0.gguf");
const token = "hf_secret_of_the_hub";
const files = { "README.md": Buffer.from("# tiny"), "tiny-Q8_0.gguf": q8, "tiny-Q4_0.gguf": q4 };

let upstream: HuggingFaceServer;
let hub: SampleHub;
let curator: Actor;
beforeAll(async () => {
  upstream = await startHuggingFaceServer({
    repositories: {
      "Tenfold/Tiny-GGUF": { files, info: { cardData: { license: "apache-2.0", language: "en" }, pipeline_tag: "text-generation", tags: ["conversational"] } },
      "Tenfold/Gated-GGUF": { files: { "gated-Q8_0.gguf": q8 }, gated: "manual" },
      "Tenfold/Broken-GGUF": { files: { "broken-Q8_0.gguf": q8.subarray(0, 1000) } },
    },
    tokens: { [token]: ["Tenfold/Gated-GGUF"] },
  });
  hub = await openSampleHub([], { huggingFaceEndpoint: upstream.origin, fetchAllow: ["127.0.0.1"] });
  curator = await newPerson(hub, "curator");
});
afterAll(async () => {
  await hub.discard();
  await upstream.close();
});
beforeEach(async () => {
  await hub.database.model.deleteMany();
});

async function propose(manifests: readonly Manifest[]): Promise<string> {
  return saveProposal(hub.database, { origin: "a test", manifests });
}
const choose = (proposalId: string, manifest: Manifest, id = "tiny", keep: string[] = []): ImportChoices => ({
  proposalId,
  models: [{ proposedId: manifest.id, id, variants: manifest.variants.map((variant) => variant.id), keep }],
});
async function apply(choices: ImportChoices) {
  const { digest } = await planImport(hub.database, choices);
  return hub.database.$transaction((transaction) => applyImport(transaction, choices, digest, curator));
}
async function stored(id = "tiny"): Promise<Manifest> {
  return manifestOfModel(await hub.database.model.findUniqueOrThrow({ where: { id }, include: manifestInclude }));
}

test("a repository is described by what its hub claims and what the headers of its files say, pinned to a commit", async () => {
  const manifest = await hub.importer.describe("Tenfold/Tiny-GGUF");
  expect(manifest).toMatchObject({
    licence: { id: "Apache-2.0", gated: false },
    languages: ["en"],
    architecture: "llama",
    contextLength: expect.any(Number),
    tokenizer: { kind: "embedded" },
    chatTemplate: { kind: "embedded" },
    capabilities: ["completion", "chat"],
  });
  expect(manifest.variants.map(({ id, quantization }) => [id, quantization])).toEqual(
    [
      ["gguf-q8_0", "Q8_0"],
      ["gguf-q4_0", "Q4_0"],
    ].sort((left, right) => manifest.variants.findIndex(({ id }) => id === left[0]) - manifest.variants.findIndex(({ id }) => id === right[0])),
  );
  const evidence = { kind: "claimed", by: new URL(upstream.origin).host, at: expect.any(String) };
  expect(manifest.variants.find(({ id }) => id === "gguf-q8_0")?.artifacts[0]).toEqual({
    path: "tiny-Q8_0.gguf",
    role: "weights",
    sizeBytes: { value: q8.length, evidence },
    sha256: { value: sha256(q8), evidence },
    sources: [
      { kind: "hugging-face", repository: "Tenfold/Tiny-GGUF", path: "tiny-Q8_0.gguf", revision: { value: upstream.commit("Tenfold/Tiny-GGUF"), evidence } },
    ],
  });
});

test("search finds repositories by name, with the formats they hold", async () => {
  expect(await hub.importer.search("tiny")).toEqual([{ name: "Tenfold/Tiny-GGUF", publisher: "Tenfold", licence: "Apache-2.0", formats: ["gguf"] }]);
  expect(await hub.importer.search("there is none")).toEqual([]);
});

test("one file of a repository, by the address of its page, is one variant", async () => {
  const { variants } = await hub.importer.describe(`${upstream.origin}/Tenfold/Tiny-GGUF/blob/main/tiny-Q4_0.gguf`);
  expect(variants.map(({ id }) => id)).toEqual(["gguf-q4_0"]);
});

test("what does not exist, is damaged, or lies inside is refused with what to do", async () => {
  await expect(hub.importer.describe("Tenfold/None")).rejects.toMatchObject({
    code: expect.stringMatching(/unknown-model|unauthorized/),
    remedy: expect.any(String),
  });
  await expect(hub.importer.describe("Tenfold/Broken-GGUF")).rejects.toMatchObject({ code: "invalid-format" });
  await expect(hub.importer.describe("https://169.254.169.254/model.gguf")).rejects.toMatchObject({
    remedy: expect.stringContaining("TENFOLD_HUB_FETCH_ALLOW"),
  });
});

test("a gated repository is described and read with the hub's credential, which goes to its origin alone and is shown nowhere", async () => {
  await expect(hub.importer.describe("Tenfold/Gated-GGUF")).rejects.toMatchObject({ code: "unauthorized" });
  await hub.credentials.save(hub.database, { origin: `${upstream.origin}/anything`, label: "ours", secret: token }, curator.userId);
  const manifest = await hub.importer.describe("Tenfold/Gated-GGUF");
  expect(manifest.licence).toMatchObject({ gated: true });
  expect(manifest.architecture).toBe("llama");
  expect(upstream.storage.requests.length).toBeGreaterThan(0);
  expect(upstream.storage.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
  const [row] = await hub.database.credential.findMany();
  expect(Buffer.from(row?.sealed ?? []).toString("latin1")).not.toContain(token);
  expect(JSON.stringify([await hub.credentials.list(), hub.lines, manifest])).not.toContain(token);
  // Moved to another origin it opens no more.
  await hub.database.credential.create({ data: { ...(row as NonNullable<typeof row>), origin: "https://evil.example" } });
  await expect(hub.credentials.tokenFor("https://evil.example")).rejects.toMatchObject({ code: "unauthorized" });
  await hub.database.credential.deleteMany();
  expect(await hub.credentials.headersFor("nonsense")).toBeUndefined();
});

test("any file is described by its own header", async () => {
  upstream.storage.setFile("/files/My Model.gguf", q8);
  const url = `${upstream.storage.origin}/files/My%20Model.gguf`;
  const manifest = await hub.importer.describe(url);
  expect(manifest).toMatchObject({
    id: "my-model",
    licence: { id: "unknown" },
    variants: [{ id: "gguf-q8_0", format: "gguf", artifacts: [{ path: "My Model.gguf", sources: [{ kind: "https", url }] }] }],
  });
  expect(manifest.variants[0]?.artifacts[0]).not.toHaveProperty("sha256");
});

test("a dry run shows every field that would change, applying it makes the model, and the same again changes nothing", async () => {
  const manifest = await hub.importer.describe("Tenfold/Tiny-GGUF");
  const choices = choose(await propose([manifest]), manifest);
  const plan = await planImport(hub.database, choices);
  expect(plan.models).toMatchObject([{ id: "tiny", action: "create" }]);
  expect(plan.models[0]?.changes).toContainEqual({ path: "variants[gguf-q8_0].artifacts[tiny-Q8_0.gguf].sha256.value", after: sha256(q8) });
  expect(plan.models[0]?.changes).toContainEqual({ path: "licence.id", after: "Apache-2.0" });
  expect(await hub.database.model.count()).toBe(0);
  await apply(choices);
  expect(await stored()).toEqual({ ...manifest, id: "tiny" });
  expect((await planImport(hub.database, choices)).models[0]).toMatchObject({ action: "nothing", changes: [] });
  expect(await hub.database.auditEntry.findFirst({ where: { action: "model.import" } })).toMatchObject({ subject: "model tiny", actor: "curator" });
});

test("an import over what curators wrote keeps what they want to keep, their variants, and what was verified", async () => {
  const manifest = await hub.importer.describe("Tenfold/Tiny-GGUF");
  await apply(choose(await propose([manifest]), manifest));
  const evidence = { kind: "verified", by: "hub", at: "2026-01-01T00:00:00.000Z" };
  await hub.database.artifact.updateMany({
    where: { path: "tiny-Q8_0.gguf" },
    data: { sha256Evidence: evidence, sizeEvidence: evidence, chunkListSha256: claim, chunkListEvidence: evidence },
  });
  await hub.database.model.update({ where: { id: "tiny" }, data: { description: "Ours.", name: "Ours" } });

  upstream.setRepository("Tenfold/Tiny-GGUF", { files: { ...files, "tiny-Q4_0.gguf": q8 } });
  const moved = await hub.importer.describe("Tenfold/Tiny-GGUF");
  const choices = choose(await propose([moved]), moved, "tiny", ["description"]);
  const { changes = [] } = (await planImport(hub.database, choices)).models[0] ?? {};
  expect(changes).toContainEqual({ path: "variants[gguf-q4_0].artifacts[tiny-Q4_0.gguf].sha256.value", before: sha256(q4), after: sha256(q8) });
  expect(changes.map(({ path }) => path).filter((path) => /^description|q8_0.*(sha256|sizeBytes|chunkList)/.test(path))).toEqual([]);
  await apply(choices);
  const after = await stored();
  expect(after).toMatchObject({ description: "Ours.", name: "Tenfold/Tiny-GGUF" });
  expect(after.variants.find(({ id }) => id === "gguf-q8_0")?.artifacts[0]).toMatchObject({
    sha256: { value: sha256(q8), evidence },
    chunkList: { value: claim, evidence },
  });
  upstream.setRepository("Tenfold/Tiny-GGUF", { files });
});

test("a claim of other bytes takes the place of what was verified", async () => {
  const manifest = await hub.importer.describe("Tenfold/Tiny-GGUF");
  await apply(choose(await propose([manifest]), manifest));
  const evidence = { kind: "verified", by: "hub", at: "2026-01-01T00:00:00.000Z" };
  await hub.database.artifact.updateMany({
    where: { path: "tiny-Q8_0.gguf" },
    data: { sha256: claim, sha256Evidence: evidence, chunkListSha256: claim, chunkListEvidence: evidence },
  });
  await apply(choose(await propose([manifest]), manifest));
  const artifact = (await stored()).variants.find(({ id }) => id === "gguf-q8_0")?.artifacts[0];
  expect(artifact).toMatchObject({ sha256: { value: sha256(q8), evidence: { kind: "claimed" } } });
  expect(artifact).not.toHaveProperty("chunkList");
});

test("what was edited after the dry run is not overwritten: the import says so, and changes nothing", async () => {
  const manifest = await hub.importer.describe("Tenfold/Tiny-GGUF");
  const choices = choose(await propose([manifest]), manifest);
  await apply(choices);
  await hub.database.model.update({ where: { id: "tiny" }, data: { description: "first" } });
  const { digest } = await planImport(hub.database, choices);
  await hub.database.model.update({ where: { id: "tiny" }, data: { description: "second" } });
  await expect(hub.database.$transaction((transaction) => applyImport(transaction, choices, digest, curator))).rejects.toMatchObject({ code: "conflict" });
  expect((await stored()).description).toBe("second");
});

test("of several models one that cannot be imported takes back all", async () => {
  const manifest = await hub.importer.describe("Tenfold/Tiny-GGUF");
  const proposalId = await propose([manifest]);
  const models = [
    ...choose(proposalId, manifest).models,
    { ...choose(proposalId, manifest).models[0], id: "other", variants: ["none"] },
  ] as ImportChoices["models"];
  await expect(planImport(hub.database, { proposalId, models })).rejects.toMatchObject({ code: "invalid-input", message: expect.stringContaining("none") });
  await expect(planImport(hub.database, { ...choose(proposalId, manifest), proposalId: "018f0000-0000-7000-8000-000000000000" })).rejects.toMatchObject({
    code: "invalid-input",
  });
});

test("lists are read: a manifest, several, or a starter catalog; what others verified is a claim here", async () => {
  const manifest = { ...(await hub.importer.describe("Tenfold/Tiny-GGUF")), id: "from-a-list" };
  const verified = JSON.parse(JSON.stringify(manifest).replaceAll('"kind":"claimed"', '"kind":"verified"')) as Manifest;
  const at = "2026-01-01T00:00:00.000Z";
  const [first] = manifestsOfList(JSON.stringify(verified), at);
  expect(JSON.stringify(first?.variants)).not.toContain(`"sha256":{"value":"${sha256(q8)}","evidence":{"kind":"verified"`);
  expect(first?.variants[0]?.artifacts[0]?.sha256?.evidence).toEqual({ kind: "claimed", by: "the imported list", at });
  expect(manifestsOfList(JSON.stringify([verified, { ...verified, id: "b" }]), at)).toHaveLength(2);
  const starter = readFileSync(new URL("../../starter/models.json", import.meta.url), "utf8");
  expect(manifestsOfList(starter, at).length).toBeGreaterThan(10);
  const { variants: _variants, schemaVersion: _version, ...model } = manifest;
  const plain = { ...model, variants: [{ id: "a", format: "gguf", artifacts: [{ path: "a.gguf", sha256: sha256(q8) }] }] };
  const [said] = manifestsOfList(JSON.stringify({ schemaVersion: 1, models: [plain] }), at);
  expect(said?.variants[0]?.artifacts[0]?.sha256?.evidence).toEqual({ kind: "claimed", by: "the imported list", at });
});

test.each([
  ["not JSON", "{"],
  ["empty", ""],
  ["an empty list", "[]"],
  ["of another kind", '{"schemaVersion":1}'],
  [
    "a path that leaves its folder",
    JSON.stringify({
      schemaVersion: 1,
      id: "a",
      name: "a",
      publisher: "a",
      description: "",
      licence: { id: "a", gated: false },
      capabilities: ["chat"],
      variants: [{ id: "a", format: "gguf", artifacts: [{ path: "../../etc/passwd", role: "weights", sources: [] }] }],
    }),
  ],
])("a list that is %s is refused with where it is wrong", (_what, text) => {
  expect(() => manifestsOfList(text, "2026-01-01T00:00:00.000Z")).toThrow(expect.objectContaining({ code: "invalid-manifest" }));
});

test("addresses are read as people paste them", () => {
  const endpoint = "https://mirror.example/hf";
  for (const text of ["a/B-c", "hf:a/B-c", " https://huggingface.co/a/B-c ", "https://hf.co/a/B-c/tree/main", "https://mirror.example/hf/a/B-c"]) {
    expect(readImportAddress(text, endpoint)).toEqual({ kind: "hugging-face", repository: "a/B-c" });
  }
  expect(readImportAddress("https://huggingface.co/a/b/resolve/main/x/y.gguf?download=true", endpoint)).toEqual({
    kind: "hugging-face",
    repository: "a/b",
    file: "x/y.gguf",
  });
  expect(readImportAddress("https://files.example/y.gguf", endpoint)).toEqual({ kind: "https", url: "https://files.example/y.gguf" });
  for (const text of [
    "",
    "model",
    "a/b/c",
    "ftp://a/b",
    "javascript:alert(1)",
    "https://huggingface.co/datasets/a/b",
    "https://huggingface.co/a",
    "https://huggingface.co/a/b/tree/v2",
    "https://huggingface.co/a/%ZZ",
    "https://www.kaggle.com/models/a/%ZZ/c/d",
    "https://files.example/%ZZ.gguf",
    "https://files.example/%ZZ.tar.gz",
  ]) {
    expect(() => readImportAddress(text, endpoint)).toThrow(expect.objectContaining({ code: "invalid-input" }));
  }
});
