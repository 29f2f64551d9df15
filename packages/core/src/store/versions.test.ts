import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chunkSizeBytes, type Manifest } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ggufReader } from "../../test/gguf-reader.ts";
import { paddedGguf } from "../../test/padded-gguf.ts";
import { type PublishedCatalog, publishCatalog, sha256Of } from "../../test/published-catalog.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import type { Log } from "../contract/log.ts";
import { createTenfold, type TenfoldOptions } from "../tenfold/tenfold.ts";

const bytes = paddedGguf(70_000);
const sha256 = sha256Of(bytes);
const model = (id: string) => ({ id, variants: [{ id: "v", files: [{ path: "tiny.gguf", bytes }] }] });

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
let warnings: string[];
beforeEach(async () => {
  platform = await temporaryPlatform();
  catalog = await publishCatalog([model("tiny"), model("other")]);
  warnings = [];
});
afterEach(async () => {
  await catalog.server.close();
  await platform.remove();
});

const log: Log = (level, message) => level === "warning" && warnings.push(message);
const open = (options: Partial<TenfoldOptions> = {}) => createTenfold({ adapters: [ggufReader], catalogs: [catalog.server.origin], platform, log, ...options });
const at = (path: string) => join(platform.home, path);
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const newer = { code: "unsupported-schema-version", remedy: expect.stringContaining("Update Tenfold") };

/** Writes a record as a later version would: another version, and a shape that means nothing here. */
async function makeNewer(path: string): Promise<string> {
  const record = JSON.parse(await readFile(at(path), "utf8")) as object;
  const text = JSON.stringify({ schemaVersion: 2, now: { within: record } });
  await writeFile(at(path), text);
  return text;
}

describe("beside a newer version in one store", () => {
  it("a record of the newer one is passed over, kept, and its model can be installed for this one too", async () => {
    await open().pull("tiny");
    await open().pull("other");
    const text = await makeNewer("models/tiny/v.json");
    const { store } = open();
    expect((await store.installed()).map((record) => record.model)).toEqual(["other"]);
    expect(await store.find("tiny")).toBeUndefined();
    await store.remove(await store.planRemoval("other"));
    await store.collectGarbage();
    expect(await readFile(at("models/tiny/v.json"), "utf8")).toBe(text);
    const before = catalog.server.bytesSent();
    await open({ catalogs: [catalog.server.origin] }).pull("tiny");
    // The newer record kept the file from being removed.
    expect(catalog.server.requestCount(`/artifacts/sha256/${sha256}`)).toBe(1);
    expect(catalog.server.bytesSent() - before).toBeLessThan(bytes.length);
    expect((await store.installed()).map((record) => record.model)).toEqual(["tiny"]);
  });

  it("a claim of the newer one keeps what it mentions", async () => {
    const { store } = open();
    await open().pull("tiny");
    const claim = await store.claim([sha256]);
    const [name] = await platform.files.list("claims");
    await makeNewer(`claims/${name}`);
    await store.remove(await store.planRemoval("tiny"));
    await store.collectGarbage();
    expect(await store.blobs.intact(sha256)).toBeDefined();
    await claim.release();
    expect((await store.collectGarbage()).freedBytes).toBe(bytes.length);
  });

  it.each(["pins.json", "consents.json"])("%s of the newer one is neither guessed at nor written over, and fsck says why", async (path) => {
    const { store } = open();
    await open().pull("tiny");
    await platform.files.writeAtomic(path, json({ schemaVersion: 2, pinned: "tiny" }));
    const text = await readFile(at(path), "utf8");
    if (path === "pins.json") {
      await expect(store.pin("tiny")).rejects.toMatchObject(newer);
      await expect(store.planRemoval("tiny").then(store.remove)).rejects.toMatchObject(newer);
    } else {
      const consent = { licence: "x", model: "tiny", acceptedAt: "2026-01-01T00:00:00Z" };
      await expect(store.rememberConsent(consent)).rejects.toMatchObject(newer);
    }
    expect(await store.fsck({ repair: true })).toMatchObject([{ kind: "newer-record", path, repaired: false }]);
    expect(await readFile(at(path), "utf8")).toBe(text);
    expect((await store.installed()).map((record) => record.model)).toEqual(["tiny"]);
  });

  it("what the newer one noted of a verified file is found out again, and nothing is fetched", async () => {
    await open().pull("tiny");
    const before = catalog.server.bytesSent(`/artifacts/sha256/${sha256}`);
    await makeNewer(`blobs/${sha256}/verified.json`);
    await open().pull("tiny");
    expect(catalog.server.bytesSent(`/artifacts/sha256/${sha256}`)).toBe(before);
    expect(await open().store.blobs.intact(sha256)).toMatchObject({ sha256 });
  });

  it("a model that the newer one registered is not listed, and the others are", async () => {
    const found = await open().models.get("tiny");
    if (!found) throw new Error("The catalog has no such model.");
    const manifest: Manifest = found.manifest;
    const { models } = open({ catalogs: [] });
    await models.register({ ...manifest, id: "mine" });
    await models.register({ ...manifest, id: "new" });
    await makeNewer("registered/new.json");
    expect((await models.discover()).map(({ id }) => id)).toEqual(["mine"]);
    expect(await models.get("new")).toBeUndefined();
  });
});

describe("a hub of a newer version", () => {
  /** Publishes a document in the place of another; its digest is its name. */
  function replace(path: string, value: unknown): { sha256: string; sizeBytes: number } {
    const content = json(value);
    const digest = sha256Of(content);
    catalog.server.setFile(path.replace("*", digest), content);
    return { sha256: digest, sizeBytes: content.length };
  }
  const publishRelease = (release: object) => {
    replace("/catalog/sha256/*", release);
    catalog.sign(json(release), 9);
  };
  const entry = (id: string, manifest: { sha256: string; sizeBytes: number }, capabilities: string[] = ["chat"]) => ({
    ...{ id, name: id, publisher: "Test", licence: "MIT", capabilities, formats: ["gguf"], manifest },
  });

  it("in its release is passed over for the hubs that are understood, and no obstacle to what is installed", async () => {
    await open().pull("tiny");
    const second = await publishCatalog([model("more")]);
    publishRelease({ schemaVersion: 2, catalogue: [] });
    expect((await open({ catalogs: [catalog.server.origin, second.server.origin] }).models.discover()).map(({ id }) => id)).toEqual(["more"]);
    expect(warnings.join()).toContain("newer version");
    expect((await open().pull("tiny")).model).toBe("tiny");
    await expect(open().models.discover()).rejects.toMatchObject(newer);
    await expect(open().pull("other")).rejects.toMatchObject(newer);
    await second.server.close();
  });

  it("in one manifest hides that model only", async () => {
    const known = (await open().models.discover()).find(({ id }) => id === "tiny");
    if (!known?.manifest) throw new Error("The catalog names no manifest of the model.");
    publishRelease({
      schemaVersion: 1,
      number: 9,
      publishedAt: "2026-01-01T00:00:00Z",
      models: [entry("future", replace("/catalog/sha256/*", { schemaVersion: 2, id: "future" })), entry("tiny", known.manifest, ["chat", "telepathy"])],
      mood: "happy",
    });
    expect((await open().models.discover()).map(({ id, capabilities }) => [id, capabilities])).toEqual([
      ["future", ["chat"]],
      ["tiny", ["chat"]],
    ]);
    expect((await open().models.find({ installable: true })).map(({ id }) => id)).toEqual(["tiny"]);
    await expect(open().pull("future")).rejects.toMatchObject(newer);
    expect((await open().pull("tiny")).model).toBe("tiny");
  });

  it("in a manifest's sources, fields and formats is read as far as it is understood", async () => {
    const found = await open().models.get("tiny");
    if (!found) throw new Error("The catalog has no such model.");
    const [variant] = found.manifest.variants;
    const future = { kind: "torrent", magnet: "magnet:?x" };
    const variants = [
      { ...variant, id: "tomorrow", format: "holograph", artifacts: [] },
      { ...variant, artifacts: variant?.artifacts.map((artifact) => ({ ...artifact, sources: [future, ...artifact.sources], colour: "red" })) },
    ];
    const manifest = replace("/catalog/sha256/*", { ...found.manifest, variants, mood: "happy" });
    publishRelease({ schemaVersion: 1, number: 9, publishedAt: "2026-01-01T00:00:00Z", models: [entry("tiny", manifest)] });
    const record = await open().pull("tiny");
    expect(record).toMatchObject({ variant: { id: "v" }, files: [{ sha256 }] });
    expect(record.variant.artifacts[0]?.sources).toEqual([{ kind: "hub" }]);
  });

  it("in a chunk list costs no more than the list: the file is verified as a whole", async () => {
    const found = await open().models.get("tiny");
    if (!found) throw new Error("The catalog has no such model.");
    const list = replace("/catalog/sha256/*", { schemaVersion: 2, sha256, tree: [] });
    const variants = found.manifest.variants.map((variant) => ({
      ...variant,
      artifacts: variant.artifacts.map((artifact) => ({ ...artifact, chunkList: { ...artifact.chunkList, value: list.sha256 } })),
    }));
    const manifest = replace("/catalog/sha256/*", { ...found.manifest, variants });
    publishRelease({ schemaVersion: 1, number: 9, publishedAt: "2026-01-01T00:00:00Z", models: [entry("tiny", manifest)] });
    expect((await open().pull("tiny")).files).toMatchObject([{ sha256 }]);
    expect(warnings).toEqual([expect.stringContaining("Trusting"), expect.stringContaining("verified as a whole")]);
    expect(await open().store.blobs.intact(sha256)).toMatchObject({ chunkSizeBytes });
  });
});
