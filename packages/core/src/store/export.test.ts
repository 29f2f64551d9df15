import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { paddedGguf } from "../../test/padded-gguf.ts";
import { sha256Of } from "../../test/published-catalog.ts";
import { storeModel } from "../../test/stored-model.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createNodeFiles } from "../node/files.ts";
import type { Files } from "../platform/files.ts";
import { exportModel, importExported } from "./export-model.ts";
import { createStore, type Store } from "./store.ts";

const bytes = paddedGguf(5_000_000);
const manifest = new TextEncoder().encode(canonicalJson({ schemaVersion: 1, id: "tiny" }));

let here: TemporaryPlatform;
let there: TemporaryPlatform;
let folder: string;
let carried: Files;
let store: Store;
beforeEach(async () => {
  here = await temporaryPlatform();
  there = await temporaryPlatform();
  folder = await mkdtemp(join(tmpdir(), "tenfold-export-"));
  carried = createNodeFiles(folder);
  store = createStore(here);
  const record = await storeModel(here, "tiny", "q4", [
    { path: "sub/tiny.gguf", bytes },
    { path: "notes.txt", bytes: new Uint8Array(10) },
  ]);
  await here.files.writeAtomic(`catalogs/documents/${sha256Of(manifest)}.json`, manifest);
  await store.record({ ...record, manifestSha256: sha256Of(manifest) });
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await here.remove();
  await there.remove();
});

const change = async (path: string, edit: (content: Buffer) => Buffer | string) => writeFile(join(folder, path), edit(await readFile(join(folder, path))));

describe("a model carried to a device without a network", () => {
  it("arrives with its files, digests and manifest, verified", async () => {
    const { record: exported, origin } = await exportModel(here, store, { model: "tiny" }, carried);
    expect(sha256Of(await readFile(join(folder, "files/sub/tiny.gguf")))).toBe(sha256Of(bytes));
    const other = createStore(there);
    const { record } = await importExported(there, other, carried);
    expect(origin).toMatchObject({ kind: "unsigned" });
    expect(record).toMatchObject({ model: "tiny", files: exported.files, manifestSha256: sha256Of(manifest), metadata: { architecture: "llama" } });
    expect(await other.installed()).toEqual([record]);
    expect((await other.verify()).damaged).toEqual([]);
    expect(await other.fsck()).toEqual([]);
    expect(await there.files.read(`catalogs/documents/${sha256Of(manifest)}.json`)).toEqual(manifest);
    expect((await importExported(there, other, carried)).record.files).toEqual(record.files);
  });

  it("is refused when a byte changed on the way, and nothing of it is installed", async () => {
    await exportModel(here, store, { model: "tiny", variant: "q4" }, carried);
    await change("files/sub/tiny.gguf", (content) => {
      content[4_000_000] = 1;
      return content;
    });
    const other = createStore(there);
    await expect(importExported(there, other, carried)).rejects.toMatchObject({ code: "digest-mismatch" });
    expect(await other.installed()).toEqual([]);
    await other.collectGarbage({ partialAgeMs: 0 });
    expect((await other.usage()).totalBytes).toBe(0);
  });

  it.each([
    ["has another manifest", "manifest.json", () => "{}", "digest-mismatch"],
    ["has no index", "tenfold-export.json", undefined, "invalid-input"],
    ["has a torn index", "tenfold-export.json", () => "{", "invalid-input"],
    ["has a newer index", "tenfold-export.json", () => '{"schemaVersion":2}', "unsupported-schema-version"],
    ["leads out of its folder", "tenfold-export.json", (content: Buffer) => String(content).replaceAll("notes.txt", "../../notes.txt"), "invalid-input"],
    ["lacks a file", "files/notes.txt", undefined, "storage-failed"],
  ])("is refused when the folder %s", async (_what, path, edit, code) => {
    await exportModel(here, store, { model: "tiny" }, carried);
    if (edit) await change(path, edit);
    else await rm(join(folder, path));
    const other = createStore(there);
    await expect(importExported(there, other, carried)).rejects.toMatchObject({ code });
    expect(await other.installed()).toEqual([]);
  });

  it("does not leave when it is damaged here, is not installed, or the folder is in use", async () => {
    await expect(exportModel(here, store, { model: "none" }, carried)).rejects.toMatchObject({ code: "not-installed" });
    await writeFile(join(here.home, "blobs", sha256Of(bytes), "data"), "damaged");
    await expect(exportModel(here, store, { model: "tiny" }, carried)).rejects.toMatchObject({ code: "digest-mismatch" });
    await expect(importExported(there, createStore(there), carried)).rejects.toMatchObject({ code: "invalid-input" });
    await writeFile(join(folder, "mine.txt"), "mine");
    await expect(exportModel(here, store, { model: "tiny" }, carried)).rejects.toMatchObject({ code: "invalid-input" });
  });

  it("does not replace another model of the same name", async () => {
    await exportModel(here, store, { model: "tiny" }, carried);
    await storeModel(there, "tiny", "q4", [{ path: "other.gguf", bytes: new Uint8Array(5) }]);
    await expect(importExported(there, createStore(there), carried)).rejects.toMatchObject({ code: "invalid-input" });
  });
});
