import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ggufReader } from "../../test/gguf-reader.ts";
import { type CutFiles, cutPower, everyCut, type PowerCut } from "../../test/power-cut.ts";
import { type PublishedCatalog, publishCatalog, sha256Of } from "../../test/published-catalog.ts";
import { storeModel } from "../../test/stored-model.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { createNodeFiles } from "../node/files.ts";
import { createTenfold } from "../tenfold/tenfold.ts";
import { moveStore } from "./move-store.ts";
import { createStore } from "./store.ts";

const bytes = new Uint8Array(readFileSync(new URL("../../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q4_0.gguf", import.meta.url)));
const sha256 = sha256Of(bytes);

let catalog: PublishedCatalog;
let platform: TemporaryPlatform;
beforeAll(async () => {
  catalog = await publishCatalog([{ id: "tiny", variants: [{ id: "q4", files: [{ path: "tiny.gguf", bytes }] }] }]);
});
afterAll(() => catalog.server.close());
beforeEach(async () => {
  platform = await temporaryPlatform();
});
afterEach(() => platform.remove());

const sent = () => catalog.server.bytesSent(`/artifacts/sha256/${sha256}`);
const tenfold = (files = platform.files) => createTenfold({ adapters: [ggufReader], catalogs: [catalog.server.origin], platform: { ...platform, files } });

/** Does something with a store whose power goes, then turns it on again. */
async function until(cut: PowerCut | undefined, work: (cutFiles: CutFiles) => Promise<unknown>): Promise<CutFiles> {
  const cutFiles = cutPower(platform.files, platform.home, cut);
  const outcome = await work(cutFiles).then(
    () => "done",
    (error: unknown) => error,
  );
  if (!cut) expect(outcome).toBe("done");
  await cutFiles.restart();
  return cutFiles;
}

/** Nothing that is said to be installed is missing or wrong, and nothing is torn. */
async function expectConsistent(files = platform.files): Promise<void> {
  const store = createStore({ ...platform, files });
  expect((await store.verify()).damaged).toEqual([]);
  const bad = (await store.fsck()).filter(({ kind }) => kind !== "view-without-record" && kind !== "unverified-file");
  expect(bad).toEqual([]);
}

describe("after the power went", () => {
  it("at any point of an installation, the store is consistent and no verified byte is fetched again", { timeout: 120_000 }, async () => {
    const changes = (await until(undefined, ({ files }) => tenfold(files).pull("tiny"))).changes();
    expect(changes).toBeGreaterThan(10);
    for (const cut of everyCut(changes)) {
      for (const name of await platform.files.list("")) await platform.files.remove(name);
      const cutFiles = await until(cut, ({ files }) => tenfold(files).pull("tiny"));
      await expectConsistent();
      const before = sent();
      await tenfold().pull("tiny");
      if (cutFiles.renamedTo(`${sha256}/data`)) expect(sent() - before, JSON.stringify(cut)).toBe(0);
      const { store } = tenfold();
      await store.collectGarbage();
      expect(await store.fsck(), JSON.stringify(cut)).toEqual([]);
      expect(await store.verify()).toMatchObject({ files: 1, damaged: [] });
      expect(await platform.files.list("claims")).toEqual([]);
    }
  });

  it("what an earlier process wrote and never synced is synced before it counts as complete", async () => {
    await until({ at: Number.MAX_SAFE_INTEGER, applied: true, unsynced: "lost" }, ({ files }) =>
      storeModel({ ...platform, files }, "one", "q4", [{ path: "a", bytes: new Uint8Array(100).fill(1) }]),
    );
    expect(await createStore(platform).verify()).toMatchObject({ files: 1, damaged: [] });
    await expectConsistent();
  });

  it("at any point of a removal, a model is there whole or gone, and what it leaves is garbage", { timeout: 60_000 }, async () => {
    const install = async () => {
      await storeModel(platform, "one", "q4", [{ path: "a", bytes: new Uint8Array(100).fill(1) }]);
      await storeModel(platform, "two", "q4", [{ path: "b", bytes: new Uint8Array(200).fill(2) }]);
    };
    const remove = async ({ files }: CutFiles) => {
      const store = createStore({ ...platform, files });
      await store.remove(await store.planRemoval("one"));
    };
    await install();
    const changes = (await until(undefined, remove)).changes();
    expect(changes).toBeGreaterThan(2);
    for (const cut of everyCut(changes)) {
      await install();
      await until(cut, remove);
      await expectConsistent();
      const store = createStore(platform);
      await store.collectGarbage();
      expect(await store.usage()).toMatchObject({ totalBytes: (await store.find("one")) ? 300 : 200, orphans: [] });
      expect(await store.fsck()).toEqual([]);
    }
  });

  it("at any point of a migration, the store is an older one or one of this version, with all that it held", { timeout: 60_000 }, async () => {
    const pin = ({ files }: CutFiles) => createStore({ ...platform, files }).pin("one");
    const makeOlder = async () => {
      await storeModel(platform, "one", "q4", [{ path: "a", bytes: new Uint8Array(100).fill(1) }]);
      for (const name of ["store.json", "pins.json"]) await platform.files.remove(name);
    };
    await makeOlder();
    const changes = (await until(undefined, pin)).changes();
    expect(changes).toBeGreaterThan(1);
    for (const cut of everyCut(changes)) {
      await makeOlder();
      await until(cut, pin);
      await expectConsistent();
      await createStore(platform).pin("one");
      expect(await createStore(platform).pins()).toEqual([{ model: "one" }]);
      expect(JSON.parse(new TextDecoder().decode(await platform.files.read("store.json")))).toEqual({ schemaVersion: 1 });
    }
  });

  it("at any point of a move, one of the two stores is complete, and the move goes on", { timeout: 60_000 }, async () => {
    const files = [
      { path: "a", bytes: new Uint8Array(100).fill(1) },
      { path: "b/c", bytes: new Uint8Array(200).fill(2) },
    ];
    const target = await mkdtemp(join(tmpdir(), "tenfold-moved-"));
    const to = createNodeFiles(target);
    /** Each folder's changes are counted; the power goes at the same count in whichever comes to it. */
    const move = async (cut?: PowerCut) => {
      const old = cutPower(platform.files, platform.home, cut);
      const fresh = cutPower(to, target, cut);
      await moveStore({ ...platform, files: old.files }, fresh.files).catch(() => {});
      await old.restart();
      await fresh.restart();
      return Math.max(old.changes(), fresh.changes());
    };
    const isComplete = async (place: typeof to) =>
      (
        await createStore({ ...platform, files: place })
          .installed()
          .catch(() => [])
      ).length === 1;
    await storeModel(platform, "one", "q4", files);
    const changes = await move();
    expect(await platform.files.list("")).toEqual([]);
    for (const cut of everyCut(changes)) {
      for (const name of await to.list("")) await to.remove(name);
      await storeModel(platform, "one", "q4", files);
      await move(cut);
      const complete = (await isComplete(platform.files)) ? platform.files : to;
      expect(await isComplete(complete), JSON.stringify(cut)).toBe(true);
      await expectConsistent(complete);
      if ((await platform.files.list("")).length > 0) await moveStore(platform, to);
      expect(await platform.files.list("")).toEqual([]);
      await expectConsistent(to);
      expect(await isComplete(to)).toBe(true);
    }
    await rm(target, { recursive: true });
  });
});
