import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { storeBlob, storeModel, storePartial } from "../../test/stored-model.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createStore, type Store } from "./store.ts";

let platform: TemporaryPlatform;
let store: Store;
beforeEach(async () => {
  platform = await temporaryPlatform();
  store = createStore(platform);
});
afterEach(() => platform.remove());

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);
const shared = { path: "tokenizer.json", bytes: bytes(100, 1) };
const installTwo = async () => {
  await storeModel(platform, "one", "q4", [{ path: "one.gguf", bytes: bytes(1000, 2) }, shared]);
  await storeModel(platform, "two", "q8", [{ path: "two.gguf", bytes: bytes(2000, 3) }, shared]);
};
/** Makes a file as old as this many days. */
const age = async (path: string, days: number) => {
  const then = new Date(Date.now() - days * 86_400_000);
  await utimes(join(platform.home, path), then, then);
};

describe("what the store holds", () => {
  it("counts the bytes of each model, what two share once, and what nobody needs", async () => {
    await installTwo();
    const orphan = await storeBlob(platform, bytes(300, 4));
    await storePartial(platform, "a".repeat(64), bytes(50, 5));
    await store.pin("two");
    expect(await store.usage()).toMatchObject({
      totalBytes: 1000 + 2000 + 100 + 300 + 50,
      sharedBytes: 100,
      models: [
        { model: "one", variant: "q4", sizeBytes: 1100, sharedBytes: 100, pinned: false },
        { model: "two", variant: "q8", sizeBytes: 2100, sharedBytes: 100, pinned: true },
      ],
      partials: [{ sha256: "a".repeat(64), sizeBytes: 50 }],
      orphans: [{ sha256: orphan, sizeBytes: 300 }],
    });
  });

  it("is nothing when nothing was ever installed", async () => {
    expect(await store.usage()).toEqual({ totalBytes: 0, models: [], sharedBytes: 0, partials: [], orphans: [] });
    expect(await store.planRemoval("one")).toEqual({ variants: [], freed: [], freedBytes: 0, kept: [] });
    expect(await store.collectGarbage()).toEqual({ garbage: [], freedBytes: 0, keptFor: [] });
  });
});

describe("removing a model", () => {
  it("frees what only it needs, as the plan said before", async () => {
    await installTwo();
    const plan = await store.planRemoval("one");
    expect(plan).toMatchObject({ freedBytes: 1000, freed: [{ sizeBytes: 1000 }], kept: [{ sizeBytes: 100, neededBy: ["two:q8"] }] });
    expect(await store.remove(plan)).toEqual({ removed: [{ model: "one", variant: "q4" }], freedBytes: 1000 });
    expect((await store.usage()).totalBytes).toBe(2100);
    expect(await store.find("one")).toBeUndefined();
    expect(await platform.files.stat("views/one/q4")).toBeUndefined();
    const two = await store.find("two");
    expect(two && (await store.open(two).files[1]?.read())).toEqual(shared.bytes);
  });

  it("removes one variant and leaves the others", async () => {
    await storeModel(platform, "one", "q4", [{ path: "a", bytes: bytes(10, 1) }]);
    await storeModel(platform, "one", "q8", [{ path: "a", bytes: bytes(20, 2) }]);
    await store.remove(await store.planRemoval("one", "q4"));
    expect((await store.installed()).map(({ variant }) => variant.id)).toEqual(["q8"]);
  });

  it("keeps a file that became shared after the plan was made", async () => {
    await storeModel(platform, "one", "q4", [shared]);
    const plan = await store.planRemoval("one");
    await storeModel(platform, "two", "q4", [shared]);
    expect((await store.remove(plan)).freedBytes).toBe(0);
    expect(await store.usage()).toMatchObject({ totalBytes: 100, orphans: [] });
  });

  it("refuses a pinned model until it is unpinned, and removes nothing", async () => {
    await storeModel(platform, "one", "q4", [shared]);
    await store.pin("one", "q4");
    await store.pin("one", "q4");
    expect(await store.pins()).toEqual([{ model: "one", variant: "q4" }]);
    const plan = await store.planRemoval("one");
    expect(plan.variants).toEqual([{ model: "one", variant: "q4", pinned: true }]);
    await expect(store.remove(plan)).rejects.toMatchObject({ code: "invalid-input" });
    expect(await store.find("one")).toBeDefined();
    await store.unpin("one", "q4");
    expect((await store.remove(plan)).freedBytes).toBe(100);
  });
});

describe("collecting garbage", () => {
  it("removes files without a record, old partials, drafts and views without a record, and says so before", async () => {
    await installTwo();
    const orphan = await storeBlob(platform, bytes(300, 4));
    await storePartial(platform, "a".repeat(64), bytes(50, 5));
    await storePartial(platform, "b".repeat(64), bytes(60, 5));
    await age(`blobs/${"a".repeat(64)}/partial`, 8);
    const draft = "models/one/q4.json.0b0f7f0e-0000-4000-8000-000000000000.new";
    await writeFile(join(platform.home, draft), "half");
    await age(draft, 1);
    await platform.files.link(`blobs/${orphan}/data`, "views/three/q4/a");
    const expected = [
      { kind: "orphan", path: `blobs/${orphan}`, sizeBytes: 300 },
      { kind: "partial", path: `blobs/${"a".repeat(64)}`, sizeBytes: 50 },
      { kind: "view", path: "views/three/q4", sizeBytes: 0 },
      { kind: "draft", path: draft, sizeBytes: 4 },
    ];
    const dry = await store.collectGarbage({ dryRun: true });
    expect(dry.freedBytes).toBe(354);
    expect(dry.garbage).toHaveLength(4);
    expect(dry.garbage).toEqual(expect.arrayContaining(expected));
    expect((await store.usage()).orphans).toHaveLength(1);
    expect(await store.collectGarbage()).toEqual(dry);
    expect((await store.collectGarbage()).garbage).toEqual([]);
    expect(await store.usage()).toMatchObject({ totalBytes: 3100 + 60, orphans: [], partials: [{ sizeBytes: 60 }] });
    expect((await store.installed()).length).toBe(2);
  });

  it("leaves what is claimed, and takes what a dead process had claimed", async () => {
    const orphan = await storeBlob(platform, bytes(300, 4));
    const claim = await store.claim([orphan]);
    expect((await store.collectGarbage()).garbage).toEqual([]);
    await claim.release();
    await platform.files.writeAtomic(
      "claims/11111111-0000-4000-8000-000000000000.json",
      new TextEncoder().encode(JSON.stringify({ schemaVersion: 1, blobs: [orphan] })),
    );
    expect((await store.collectGarbage()).freedBytes).toBe(300);
    expect(await platform.files.list("claims")).toEqual([]);
  });

  it("leaves a file that somebody works on", async () => {
    const orphan = await storeBlob(platform, bytes(300, 4));
    const lock = await store.blobs.lock(orphan, {});
    expect((await store.collectGarbage()).freedBytes).toBe(0);
    await lock.release();
    expect((await store.collectGarbage()).freedBytes).toBe(300);
  });

  it("leaves what a newer record mentions, and every complete file while a record is damaged", async () => {
    const needed = await storeBlob(platform, bytes(300, 4));
    const orphan = await storeBlob(platform, bytes(200, 5));
    await platform.files.writeAtomic("models/new/q4.json", new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, parts: [needed] })));
    await platform.files.writeAtomic("models/torn/q4.json", new TextEncoder().encode('{ "schemaVersion": 1, "mod'));
    expect(await store.collectGarbage()).toEqual({ garbage: [], freedBytes: 0, keptFor: ["models/torn/q4.json"] });
    await platform.files.remove("models/torn");
    expect((await store.collectGarbage()).garbage).toEqual([{ kind: "orphan", path: `blobs/${orphan}`, sizeBytes: 200 }]);
    expect((await store.usage()).totalBytes).toBe(300);
  });

  it("stops when told to", async () => {
    await storeBlob(platform, bytes(300, 4));
    await expect(store.collectGarbage({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    expect((await store.usage()).orphans).toHaveLength(1);
  });
});
