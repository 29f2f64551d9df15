import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { paddedGguf } from "../../test/padded-gguf.ts";
import { storeModel, storePartial } from "../../test/stored-model.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createNodeFiles } from "../node/files.ts";
import type { Files } from "../platform/files.ts";
import { moveModel } from "./export-model.ts";
import { moveStore } from "./move-store.ts";
import { createStore, type Store } from "./store.ts";

let platform: TemporaryPlatform;
let target: string;
let to: Files;
let moved: Store;
beforeEach(async () => {
  platform = await temporaryPlatform();
  target = await mkdtemp(join(tmpdir(), "tenfold-moved-"));
  to = createNodeFiles(target);
  moved = createStore({ ...platform, files: to });
});
afterEach(async () => {
  await rm(target, { recursive: true, force: true });
  await platform.remove();
});

const install = () => storeModel(platform, "one", "q4", [{ path: "a/b", bytes: new Uint8Array(500).fill(1) }]);

describe("moving a store", () => {
  it("takes models, pins, partial downloads, what hubs said and records of newer versions along, and leaves nothing", async () => {
    const record = await install();
    const kept = { "settings.json": "[]", "catalogs/documents/x.json": "{}", "models/newer/q4.json": '{"schemaVersion":2}' };
    for (const [path, text] of Object.entries(kept)) await platform.files.writeAtomic(path, new TextEncoder().encode(text));
    await storePartial(platform, "a".repeat(64), new Uint8Array(50));
    await createStore(platform).pin("one");
    const seen: number[] = [];
    await moveStore(platform, to, { onProgress: ({ movedBytes, totalBytes }) => seen.push(movedBytes / totalBytes) });
    expect(await platform.files.list("")).toEqual([]);
    expect(await moved.installed()).toEqual([record]);
    expect(await moved.usage()).toMatchObject({ totalBytes: 550, models: [{ pinned: true }], partials: [{ sizeBytes: 50 }] });
    expect(await moved.verify()).toMatchObject({ files: 1, damaged: [] });
    for (const [path, text] of Object.entries(kept)) expect(await readFile(join(target, path), "utf8")).toBe(text);
    expect((await moved.fsck()).map(({ kind }) => kind)).toEqual(["newer-record"]);
    expect(seen.at(-1)).toBe(1);
  });

  it("takes a damaged file along as one that a pull repairs", async () => {
    const sha256 = (await install()).files[0]?.sha256 ?? "";
    await writeFile(join(platform.home, "blobs", sha256, "data"), new Uint8Array(500).fill(2));
    await moveStore(platform, to);
    expect((await moved.usage()).partials).toMatchObject([{ sha256, sizeBytes: 500 }]);
    expect((await moved.fsck()).map(({ kind }) => kind)).toEqual(["missing-file", "missing-view"]);
  });

  it("refuses a folder that is in use, and a store into which somebody installs", async () => {
    await install();
    await writeFile(join(target, "mine"), "mine");
    await expect(moveStore(platform, to)).rejects.toMatchObject({ code: "invalid-input" });
    await rm(join(target, "mine"));
    const claim = await createStore(platform).claim(["b".repeat(64)]);
    await expect(moveStore(platform, to)).rejects.toMatchObject({ code: "store-locked" });
    await claim.release();
    await moveStore(platform, to);
    expect(await moved.installed()).toHaveLength(1);
  });

  it("says of a store that is only half there that it is, and goes on when told to", async () => {
    await install();
    await expect(moveStore(platform, to, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    expect(await createStore(platform).installed()).toHaveLength(1);
    const stop = new AbortController();
    await storeModel(platform, "two", "q4", [{ path: "a", bytes: new Uint8Array(10) }]);
    await expect(moveStore(platform, to, { signal: stop.signal, onProgress: () => stop.abort() })).rejects.toMatchObject({ name: "AbortError" });
    await expect(moved.installed()).rejects.toMatchObject({ code: "storage-failed", remedy: expect.stringContaining("Move it again") });
    expect(await createStore(platform).installed()).toHaveLength(2);
    await moveStore(platform, to);
    const fresh = createStore({ ...platform, files: to });
    expect(await fresh.installed()).toHaveLength(2);
    expect(await fresh.fsck()).toEqual([]);
  });
});

describe("moving one model", () => {
  it("leaves it complete there and nothing of it here, and others where they are", async () => {
    const record = await storeModel(platform, "one", "q4", [{ path: "one.gguf", bytes: paddedGguf(5000) }]);
    const shared = [{ path: "c", bytes: new Uint8Array(70).fill(2) }];
    await storeModel(platform, "two", "q4", shared);
    const [here] = await moveModel(platform, createStore(platform), { model: "one" }, to);
    expect(here).toMatchObject({ model: "one", files: record.files });
    expect((await moved.verify()).damaged).toEqual([]);
    expect((await moved.installed()).map(({ model }) => model)).toEqual(["one"]);
    expect((await createStore(platform).installed()).map(({ model }) => model)).toEqual(["two"]);
    expect((await createStore(platform).usage()).totalBytes).toBe(70);
  });

  it("is refused for a pinned model, one that is not there, and a name that is taken, and changes nothing", async () => {
    await install();
    const store = createStore(platform);
    await store.pin("one");
    await expect(moveModel(platform, store, { model: "one" }, to)).rejects.toMatchObject({ code: "invalid-input" });
    await store.unpin("one");
    await expect(moveModel(platform, store, { model: "other" }, to)).rejects.toMatchObject({ code: "not-installed" });
    await storeModel({ ...platform, files: to }, "one", "q4", [{ path: "a/b", bytes: new Uint8Array(3) }]);
    await expect(moveModel(platform, store, { model: "one" }, to)).rejects.toMatchObject({ code: "invalid-input" });
    expect((await store.installed()).map(({ model }) => model)).toEqual(["one"]);
  });

  it("takes no damaged file along: it says so, and the model stays", async () => {
    const [file] = (await install()).files;
    const store = createStore(platform);
    const path = store.blobs.dataPath(file?.sha256 ?? "");
    const open = await platform.files.open(path);
    await open.write(Uint8Array.of(9), 3);
    await open.close();
    await expect(moveModel(platform, store, { model: "one" }, to)).rejects.toMatchObject({ code: "digest-mismatch" });
    expect(await moved.installed()).toEqual([]);
    expect((await store.installed()).map(({ model }) => model)).toEqual(["one"]);
  });
});
