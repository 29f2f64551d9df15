import { chunkSizeBytes } from "@tenfold/catalog";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ggufReader } from "../../test/gguf-reader.ts";
import { paddedGguf } from "../../test/padded-gguf.ts";
import { type PublishedCatalog, publishCatalog, sha256Of } from "../../test/published-catalog.ts";
import { type TemporaryPlatform, temporaryPlatform } from "../../test/temporary-platform.ts";
import { type Get, getByFetch } from "../platform/get.ts";
import type { ProgressEvent } from "../progress/progress.ts";
import { createTenfold, type TenfoldOptions } from "../tenfold/tenfold.ts";

/** The model, and two files beside it; the large one has more than a chunk. */
const model = { path: "tiny.gguf", bytes: paddedGguf(70_000) };
const large = { path: "large.bin", bytes: new Uint8Array(chunkSizeBytes + 5000).fill(1) };
const small = { path: "small.bin", bytes: new Uint8Array(3000).fill(2) };

let platform: TemporaryPlatform;
let catalog: PublishedCatalog;
beforeEach(async () => {
  platform = await temporaryPlatform();
  catalog = await publishCatalog([{ id: "tiny", variants: [{ id: "v", files: [large, model, small] }] }]);
});
afterEach(async () => {
  await catalog.server.close();
  await platform.remove();
});

const open = (options: Partial<TenfoldOptions> = {}) => createTenfold({ adapters: [ggufReader], catalogs: [catalog.server.origin], platform, ...options });
const pathOf = ({ bytes }: { bytes: Uint8Array }) => `/artifacts/sha256/${sha256Of(bytes)}`;

describe("a model of several files", () => {
  it("is fetched all at once, and installed in its own order", async () => {
    // Nobody gets more than the beginning before all have asked.
    for (const file of [large, model, small]) catalog.server.addFault({ kind: "stall", afterBytes: 1000, path: pathOf(file) });
    const pulled = open().pull("tiny");
    await catalog.server.stalled(3);
    catalog.server.release();
    expect((await pulled).files.map(({ path }) => path)).toEqual(["large.bin", "tiny.gguf", "small.bin"]);
  });

  it("keeps to the limit of connections", async () => {
    const files = [large, model, small];
    for (const file of files) catalog.server.addFault({ kind: "stall", afterBytes: 1000, path: pathOf(file) });
    const pulled = open({ connections: { total: 1 } }).pull("tiny");
    for (const count of [1, 2, 3]) {
      await catalog.server.stalled(count);
      expect(files.reduce((sum, file) => sum + catalog.server.requestCount(pathOf(file)), 0)).toBe(count);
      catalog.server.release();
    }
    await pulled;
  });

  it("tells one sum of all, which never falls and ends at the whole", async () => {
    catalog.server.addFault({ kind: "drop", afterBytes: chunkSizeBytes + 1000, path: pathOf(large) });
    const events: ProgressEvent[] = [];
    await open().pull("tiny", { onProgress: (event) => event.bytes && events.push(event) });
    const total = large.bytes.length + model.bytes.length + small.bytes.length;
    expect(new Set(events.map(({ bytes }) => bytes?.total))).toEqual(new Set([total]));
    const received = events.map(({ bytes }) => bytes?.received ?? 0);
    expect(received).toEqual([...received].sort((left, right) => left - right));
    expect(received.at(-1)).toBe(total);
  });

  it("ends with the first failure, and keeps what came of the others", async () => {
    catalog.server.addFault({ kind: "stall", afterBytes: chunkSizeBytes + 1000, path: pathOf(large) });
    catalog.server.addFault({ kind: "stall", afterBytes: 0, path: pathOf(small) });
    catalog.server.addFault({ kind: "status", status: 403, path: pathOf(model) });
    let chunkIsHere = () => {};
    const chunk = new Promise<void>((resolve) => {
      chunkIsHere = resolve;
    });
    // The model's file is asked for once the small one is on its way and a chunk of the large one is here.
    const get: Get = async (url, request) => {
      if (url.pathname === pathOf(model)) await Promise.all([chunk, catalog.server.stalled(2)]);
      return (platform.get ?? getByFetch(platform.fetch))(url, request);
    };
    const tenfold = open({ platform: { ...platform, get } });
    const onProgress = ({ bytes }: ProgressEvent) => bytes && bytes.received > chunkSizeBytes && chunkIsHere();
    await expect(tenfold.pull("tiny", { onProgress })).rejects.toMatchObject({ code: "unauthorized" });
    expect(await platform.files.list("claims")).toEqual([]);
    expect(await platform.files.list("locks")).toEqual([]);
    expect(await tenfold.store.installed()).toEqual([]);

    await open().pull("tiny");
    const [, again] = catalog.server.requests.filter(({ path }) => path === pathOf(large));
    expect(Number(/bytes=(\d+)-/.exec(again?.headers.range ?? "")?.[1])).toBeGreaterThanOrEqual(chunkSizeBytes);
  });

  it("that shows one file under two names fetches it once", async () => {
    catalog.publish([{ id: "tiny", variants: [{ id: "v", files: [model, small, { ...small, path: "again.bin" }] }] }]);
    expect((await open().pull("tiny")).files.map(({ path }) => path)).toEqual(["tiny.gguf", "small.bin", "again.bin"]);
    expect(catalog.server.requestCount(pathOf(small))).toBe(1);
  });

  it("must fit on the disk as a whole", async () => {
    const files = { ...platform.files, freeBytes: async () => large.bytes.length + 1000 };
    await expect(open({ platform: { ...platform, files } }).pull("tiny")).rejects.toMatchObject({ code: "disk-full" });
    expect(catalog.server.requestCount(pathOf(large))).toBe(0);
  });
});
