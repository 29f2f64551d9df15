import { readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { chunkSizeBytes } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { storeBlob, storeModel } from "../../test/stored-model.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createStore, type Store } from "./store.ts";

let platform: TemporaryPlatform;
let store: Store;
beforeEach(async () => {
  platform = await temporaryPlatform();
  store = createStore(platform);
});
afterEach(() => platform.remove());

const at = (path: string) => join(platform.home, path);
const text = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const large = new Uint8Array(chunkSizeBytes + 1000).fill(7);
const small = new Uint8Array(100).fill(1);
const install = () =>
  storeModel(platform, "one", "q4", [
    { path: "a.gguf", bytes: large },
    { path: "b.json", bytes: small },
  ]);

/** Changes a byte, and nothing that a stamp shows. */
async function rot(path: string, position: number): Promise<void> {
  const before = await platform.files.stat(path);
  const bytes = await readFile(at(path));
  bytes[position] = (bytes[position] ?? 0) ^ 1;
  await writeFile(at(path), bytes);
  await utimes(at(path), new Date(), new Date(before?.modifiedAtMs ?? 0));
}

describe("verifying what is installed", () => {
  it("finds nothing wrong where nothing is, and says how far it is", async () => {
    await install();
    const seen: number[] = [];
    const report = await store.verify(undefined, { onProgress: ({ verifiedBytes, totalBytes }) => seen.push(verifiedBytes / totalBytes) });
    expect(report).toEqual({ files: 2, verifiedBytes: large.length + 100, damaged: [] });
    expect(seen.at(-1)).toBe(1);
  });

  it("finds rot that changed no stamp, chunk by chunk, and files that are missing, longer or shorter", async () => {
    const [a, b] = (await install()).files;
    await rot(`blobs/${a?.sha256}/data`, chunkSizeBytes + 5);
    await rm(at(`blobs/${b?.sha256}/data`));
    expect((await store.verify("one")).damaged).toEqual([
      {
        sha256: a?.sha256,
        sizeBytes: large.length,
        usedBy: [{ model: "one", variant: "q4", path: "a.gguf" }],
        badChunks: [{ start: chunkSizeBytes, end: large.length }],
        missing: false,
      },
      { sha256: b?.sha256, sizeBytes: 100, usedBy: [{ model: "one", variant: "q4", path: "b.json" }], badChunks: [{ start: 0, end: 100 }], missing: true },
    ]);
    await writeFile(at(`blobs/${a?.sha256}/data`), new Uint8Array([...large, 1, 2]));
    await writeFile(at(`blobs/${b?.sha256}/data`), small.subarray(1));
    expect((await store.verify()).damaged).toMatchObject([
      { badChunks: [{ start: large.length, end: large.length + 2 }] },
      { badChunks: [{ start: 0, end: 100 }], missing: false },
    ]);
    expect(await store.verify("another")).toEqual({ files: 0, verifiedBytes: 0, damaged: [] });
  });

  it("stops when told to", async () => {
    await install();
    await expect(store.verify(undefined, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("checking the store", () => {
  it("finds nothing in a store that is right", async () => {
    await install();
    expect(await store.fsck()).toEqual([]);
  });

  it("restores a view, and removes one that belongs to nothing", async () => {
    const record = await install();
    await rm(at("views/one"), { recursive: true });
    await platform.files.link(`blobs/${record.files[0]?.sha256}/data`, "views/none/q4/a");
    const kinds = [
      { kind: "missing-view", path: "views/one/q4" },
      { kind: "view-without-record", path: "views/none/q4" },
    ];
    expect(await store.fsck()).toMatchObject(kinds.map((found) => ({ ...found, repaired: false })));
    expect(await store.fsck({ repair: true })).toMatchObject(kinds.map((found) => ({ ...found, repaired: true })));
    expect(await store.fsck()).toEqual([]);
    expect((await readFile(at("views/one/q4/b.json"))).length).toBe(100);
  });

  it("reports records that are torn, newer or in the wrong place, and never touches them", async () => {
    await install();
    const texts = { "models/torn/q4.json": "{", "models/newer/q4.json": '{"schemaVersion":2}', "models/null/q4.json": "null", "models/empty/q4.json": "" };
    for (const [path, content] of Object.entries(texts)) await platform.files.writeAtomic(path, text(content));
    await platform.files.writeAtomic("models/moved/q4.json", await platform.files.read("models/one/q4.json"));
    const findings = await store.fsck({ repair: true });
    expect(findings.map(({ kind, path, repaired }) => [kind, path, repaired])).toEqual([
      ["damaged-record", "models/empty/q4.json", false],
      ["damaged-record", "models/moved/q4.json", false],
      ["newer-record", "models/newer/q4.json", false],
      ["damaged-record", "models/null/q4.json", false],
      ["damaged-record", "models/torn/q4.json", false],
    ]);
    expect(findings[2]?.remedy).toContain("Update Tenfold");
    for (const [path, content] of Object.entries(texts)) expect(await readFile(at(path), "utf8")).toBe(content);
    expect((await store.installed()).map(({ model }) => model)).toEqual(["one"]);
  });

  it("reports missing files, and verifies those that nobody vouches for", async () => {
    const [a, b] = (await install()).files;
    const orphan = await storeBlob(platform, new Uint8Array(50).fill(9));
    await rm(at(`blobs/${a?.sha256}/data`));
    await writeFile(at(`blobs/${b?.sha256}/verified.json`), "torn");
    await rot(`blobs/${orphan}/data`, 3);
    await rm(at(`blobs/${orphan}/verified.json`));
    await platform.files.writeAtomic("blobs/notes/read.me", text("hello"));
    const found = (await store.fsck({ repair: true })).map(({ kind, path, repaired }) => [kind, path, repaired]);
    expect(found).toHaveLength(4);
    expect(found).toEqual(
      expect.arrayContaining([
        ["odd-name", "blobs/notes", false],
        ["unverified-file", `blobs/${b?.sha256}/data`, true],
        ["unverified-file", `blobs/${orphan}/data`, false],
        ["missing-file", `blobs/${a?.sha256}/data`, false],
      ]),
    );
    expect(await store.blobs.intact(b?.sha256 ?? "")).toMatchObject({ sizeBytes: 100 });
  });

  it("removes what a process that is gone had locked, and leaves the locks of living ones", async () => {
    await install();
    const dead = { host: hostname(), pid: process.pid, startedAt: "long ago", token: "t" };
    await platform.files.writeAtomic("locks/blob-dead", text(dead));
    const held = await store.blobs.lock("a".repeat(64), {});
    expect(await store.fsck()).toEqual([]);
    expect(await store.fsck({ repair: true })).toMatchObject([{ kind: "dead-lock", path: "locks/blob-dead", repaired: true }]);
    expect(await platform.files.list("locks")).toEqual([`blob-${"a".repeat(64)}`]);
    await held.release();
  });

  it("reports damaged pins, which hinder a removal", async () => {
    await install();
    await platform.files.writeAtomic("pins.json", text("{}"));
    expect(await store.fsck({ repair: true })).toMatchObject([{ kind: "damaged-pins", path: "pins.json", repaired: false }]);
    await expect(store.planRemoval("one")).rejects.toMatchObject({ code: "storage-failed" });
  });
});

describe("the version of a store", () => {
  const mark = async () => JSON.parse(await readFile(at("store.json"), "utf8")) as unknown;

  it("is written with the first thing that is installed", async () => {
    expect(await store.installed()).toEqual([]);
    expect(await platform.files.list("")).toEqual([]);
    await install();
    expect(await mark()).toEqual({ schemaVersion: 1 });
  });

  it("refuses a newer store before anything in it is read or changed, and says what helps", async () => {
    const record = await install();
    await platform.files.writeAtomic("store.json", text({ schemaVersion: 2, shape: "new" }));
    const before = await platform.files.list("");
    const newer = createStore(platform);
    const refused = { code: "unsupported-schema-version", remedy: expect.stringContaining("Update Tenfold") };
    for (const work of [
      () => newer.installed(),
      () => newer.find("one"),
      () => newer.record(record),
      () => newer.claim([]),
      () => newer.usage(),
      () => newer.planRemoval("one"),
      () => newer.remove({ variants: [], freed: [], freedBytes: 0, kept: [] }),
      () => newer.pin("one"),
      () => newer.unpin("one"),
      () => newer.pins(),
      () => newer.collectGarbage(),
      () => newer.verify(),
      () => newer.fsck(),
    ]) {
      await expect(work()).rejects.toMatchObject(refused);
    }
    expect(await platform.files.list("")).toEqual(before);
  });

  it("makes an older store one of this version in one step, and keeps what is in it", async () => {
    const record = await install();
    await rm(at("store.json"));
    const older = createStore(platform);
    expect(await older.installed()).toEqual([record]);
    await expect(readFile(at("store.json"))).rejects.toThrow();
    await older.pin("one");
    expect(await mark()).toEqual({ schemaVersion: 1 });
    expect(await createStore(platform).installed()).toEqual([record]);
  });

  it("says that the mark is damaged rather than guess", async () => {
    await install();
    await platform.files.writeAtomic("store.json", text("torn"));
    await expect(createStore(platform).installed()).rejects.toMatchObject({ code: "storage-failed", message: expect.stringContaining("store.json") });
  });
});
