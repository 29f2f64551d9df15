import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ggufReader } from "../../test/gguf-reader.ts";
import { paddedGguf } from "../../test/padded-gguf.ts";
import { type PublishedCatalog, type PublishedModel, publishCatalog, sha256Of } from "../../test/published-catalog.ts";
import { signingKey } from "../../test/signed-repository.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createHubCatalog } from "../catalogs/hub-catalog.ts";
import { silentLog } from "../contract/log.ts";
import { createNodeFiles } from "../node/files.ts";
import { createTenfold } from "../tenfold/tenfold.ts";
import { createHubList } from "../trust/index.ts";
import { exportModel, type ImportExportedOptions, importExported } from "./export-model.ts";
import { createStore } from "./store.ts";

const bytes = paddedGguf(100_000);
const models: PublishedModel[] = [
  { id: "tiny", variants: [{ id: "v", files: [{ path: "a.gguf", bytes }] }] },
  { id: "other", variants: [{ id: "v", files: [{ path: "b.gguf", bytes: paddedGguf(50_000) }] }] },
];

let hub: PublishedCatalog;
let url: string;
/** Saw the hub. */
let here: TemporaryPlatform;
/** Has no network: the hub is gone before anything is imported. */
let there: TemporaryPlatform;
let folder: string;
beforeEach(async () => {
  hub = await publishCatalog(models);
  url = hub.server.origin;
  here = await temporaryPlatform();
  there = await temporaryPlatform();
  folder = await mkdtemp(join(tmpdir(), "tenfold-carried-"));
});
afterEach(async () => {
  await hub.server.close();
  for (const platform of [here, there]) await platform.remove();
  await rm(folder, { recursive: true, force: true });
});

const pull = (id = "tiny") => createTenfold({ adapters: [ggufReader], catalogs: [url], platform: here }).pull(id);
const carry = (id = "tiny", to = "out") => exportModel(here, createStore(here), { model: id }, createNodeFiles(join(folder, to)));
const receive = (options: ImportExportedOptions = {}, from = "out") => importExported(there, createStore(there), createNodeFiles(join(folder, from)), options);
const rootOf = async (platform: TemporaryPlatform) => (await createHubCatalog({ url }, platform, silentLog).trusted()).rootFingerprint;
const installed = async () => (await createStore(there).installed()).map(({ model }) => model);
const edit = async (path: string, change: (text: string) => string) =>
  writeFile(join(folder, "out", path), change(await readFile(join(folder, "out", path), "utf8")));
const release = (number: number) => ({ kind: "signed", hubUrl: url, release: number, isDevelopment: false });

describe("a model that is carried with its hub's signature", () => {
  it("is known for the hub's on a device that was told the hub's root, and never sees a network", async () => {
    const fingerprint = await rootOf(here);
    await createHubList(there).add({ url, rootFingerprint: fingerprint });
    await pull();
    const { origin } = await carry();
    expect(origin).toEqual({ ...release(1), rootFingerprint: fingerprint, isFirstUse: false });
    await hub.server.close();
    const carried = await receive({ signature: "required" });
    expect(carried).toMatchObject({ origin, record: { model: "tiny", hubUrl: url } });
    expect((await createHubCatalog({ url }, there, silentLog).list()).map(({ id }) => id)).toEqual(["tiny", "other"]);
  });

  it("by a hub that nobody knows there says so, once, and is held to that root from then on", async () => {
    await pull();
    await pull("other");
    await carry();
    await carry("other", "second");
    await hub.server.close();
    const said: string[] = [];
    const log = (_level: string, text: string) => void said.push(text);
    expect((await receive({ log })).origin).toMatchObject({ ...release(1), isFirstUse: true });
    expect((await receive({ log }, "second")).origin).toMatchObject({ ...release(1), isFirstUse: false });
    expect(said).toEqual([expect.stringContaining(`Trusting ${url}`)]);
  });

  it("follows the roots that came after the one that was pinned", async () => {
    await createHubList(there).add({ url, rootFingerprint: await rootOf(here) });
    hub.repository.previousRootKeys = hub.repository.keys.root;
    hub.repository.keys.root = ["d", "e", "f"].map(signingKey);
    hub.repository.keys.targets = [signingKey("newer targets")];
    hub.repository.versions.root = 2;
    hub.publish(models);
    await pull();
    await carry();
    expect(await readdir(join(folder, "out/hub/tuf"))).toEqual(expect.arrayContaining(["1.root.json", "2.root.json", "timestamp.json"]));
    await hub.server.close();
    expect((await receive()).origin).toMatchObject(release(2));
  });

  it("may be older than a day, but not than the snapshot", async () => {
    hub.repository.expires.timestamp = new Date(Date.now() + 3_600_000).toISOString();
    hub.publish(models);
    await pull();
    await carry();
    await hub.server.close();
    const at = (date: Date) => ({ ...there, clock: { ...there.clock, timestamp: () => date.toISOString() } });
    const days = (count: number) => new Date(Date.now() + count * 86_400_000);
    const out = createNodeFiles(join(folder, "out"));
    await expect(importExported(at(days(31)), createStore(there), out)).rejects.toMatchObject({
      code: "expired-catalog",
      remedy: expect.stringContaining("Export"),
    });
    expect(await installed()).toEqual([]);
    expect((await importExported(at(days(20)), createStore(there), out)).origin).toMatchObject(release(2));
    expect((await importExported(at(days(400)), createStore(there), out, { signature: "ignored" })).origin).toMatchObject({ kind: "unsigned" });
  });

  it("is taken from an older export while what is known names it still, and not when it names another", async () => {
    await pull();
    await pull("other");
    await carry();
    hub.publish(models);
    await createHubCatalog({ url }, here, silentLog).trusted();
    await carry("other", "second");
    expect((await receive({}, "second")).origin).toMatchObject(release(2));
    expect((await receive()).origin).toMatchObject(release(2));
    await createStore(there).remove(await createStore(there).planRemoval("tiny"));
    hub.publish([{ ...(models[0] as PublishedModel), licence: { id: "MIT", gated: false } }, models[1] as PublishedModel]);
    await createHubCatalog({ url }, here, silentLog).trusted();
    await carry("other", "third");
    await receive({}, "third");
    await expect(receive()).rejects.toMatchObject({ code: "untrusted-catalog" });
    expect(await installed()).toEqual(["other"]);
  });

  it("brings revocations along: what was revoked since is not imported, and not loaded where it is", async () => {
    await pull();
    await pull("other");
    await carry();
    await receive();
    hub.publish(models, [{ model: "tiny", reason: "It leaks.", at: "2026-11-01T00:00:00Z" }]);
    await carry("other", "second");
    await expect(carry("tiny", "third")).rejects.toMatchObject({ code: "revoked" });
    await hub.server.close();
    await receive({}, "second");
    const offline = createTenfold({ adapters: [ggufReader], catalogs: [url], platform: there });
    await expect(offline.load("tiny")).rejects.toMatchObject({ code: "revoked", message: expect.stringContaining("It leaks.") });
    await createStore(there).remove(await createStore(there).planRemoval("tiny"));
    await expect(receive()).rejects.toMatchObject({ code: "revoked" });
  });
});

describe("a carried signature that does not hold", () => {
  it.each([
    ["timestamp.json", "signature"],
    ["1.snapshot.json", "named"],
    ["1.targets.json", "named"],
    ["1.root.json", "signature"],
  ])("because %s was changed is refused, and nothing is installed", async (name, reason) => {
    await pull();
    await carry();
    await edit(`hub/tuf/${name}`, (text) => text.replace(/"expires":"20(\d\d)/, (_all, year: string) => `"expires":"20${Number(year) + 1}`));
    await expect(receive()).rejects.toMatchObject({ code: "untrusted-catalog", message: expect.stringContaining(reason) });
    expect(await installed()).toEqual([]);
  });

  it("because the folder says something else of the model is refused", async () => {
    await pull();
    await carry();
    const swapped = Buffer.from(bytes);
    swapped[90_000] = 1;
    await writeFile(join(folder, "out/files/a.gguf"), swapped);
    await edit("tenfold-export.json", (text) => text.replaceAll(sha256Of(bytes), sha256Of(swapped)));
    await expect(receive()).rejects.toMatchObject({ code: "untrusted-catalog" });
    expect(await installed()).toEqual([]);
  });

  it("because the hub is another than the one that was pinned is refused", async () => {
    await createHubList(there).add({ url, rootFingerprint: "0".repeat(64) });
    await pull();
    await carry();
    await expect(receive()).rejects.toMatchObject({ code: "untrusted-catalog", message: expect.stringContaining("pinned") });
  });

  it("because part of it is missing, or it leads out of its folder, is refused", async () => {
    await pull();
    await carry();
    await writeFile(join(folder, "secret.json"), "{}");
    await rm(join(folder, "out/hub/tuf/timestamp.json"));
    await expect(receive()).rejects.toMatchObject({ code: "untrusted-catalog" });
    await edit("tenfold-export.json", (text) => text.replaceAll(url, "http://hub.example/../.."));
    await expect(receive()).rejects.toMatchObject({ code: "untrusted-catalog" });
    expect(await installed()).toEqual([]);
  });

  it("by a hub that nobody knows here is refused where one is required, and the hub is not known from then on", async () => {
    await pull();
    await carry();
    await expect(receive({ signature: "required" })).rejects.toMatchObject({ code: "untrusted-catalog", remedy: expect.stringContaining("hub add") });
    await expect(receive({ signature: "required" })).rejects.toMatchObject({ code: "untrusted-catalog" });
    expect(await installed()).toEqual([]);
    await receive();
    expect((await receive({ signature: "required" })).origin).toMatchObject({ ...release(1), isFirstUse: false });
  });

  it("because a file of it is longer than any may be is refused", async () => {
    await pull();
    await carry();
    await truncate(join(folder, "out/hub/tuf/timestamp.json"), 5_000_000_000);
    await expect(receive()).rejects.toMatchObject({ code: "untrusted-catalog", details: { reason: "too-long" } });
  });

  it("because there is none is said, and refused where one is required", async () => {
    await pull();
    await carry();
    await rm(join(folder, "out/hub"), { recursive: true });
    await expect(receive({ signature: "required" })).rejects.toMatchObject({ code: "untrusted-catalog" });
    expect(await installed()).toEqual([]);
    expect((await receive()).origin).toEqual({ kind: "unsigned", reason: expect.stringContaining("no signature") });
  });
});
