import { readdir } from "node:fs/promises";
import { TenfoldError } from "@tenfold/catalog";
import { needFullTests } from "@tenfold/tooling/requirement";
import { createRandom, openDescriptors, soakRounds } from "@tenfold/tooling/soak";
import type { Fault } from "@tenfold/tooling/test-server";
import { expect, test, vi } from "vitest";
import { createTenfold } from "../src/tenfold/tenfold.ts";
import { ggufReader } from "./gguf-reader.ts";
import { paddedGguf } from "./padded-gguf.ts";
import { publishCatalog, sha256Of } from "./published-catalog.ts";
import { temporaryPlatform } from "./temporary-platform.ts";

test("pulls that go wrong in every way, verified and removed again, leave no file, lock or descriptor", { timeout: 3_600_000 }, async (context) => {
  needFullTests(context);
  const random = createRandom(20_260_202);
  const bytes = paddedGguf(9_000_000);
  const artifact = `/artifacts/sha256/${sha256Of(bytes)}`;
  const before = openDescriptors();
  const platform = await temporaryPlatform();
  const catalog = await publishCatalog([{ id: "tiny", variants: [{ id: "q4", files: [{ path: "tiny.gguf", bytes }] }] }]);
  const { store, pull } = createTenfold({ adapters: [ggufReader], catalogs: [catalog.server.origin], platform });
  const faults = (): Fault[] => [
    { kind: "drop", afterBytes: random(bytes.length) },
    { kind: "status", status: [429, 500, 503][random(3)] ?? 500 },
    { kind: "ignore-range" },
    { kind: "wrong-offset", shiftBytes: 1 + random(4096) },
    { kind: "etag", etag: `"${random(1000)}"` },
    { kind: "content-length", differenceBytes: -random(10_000) },
    { kind: "flip", atByte: random(bytes.length) },
    { kind: "gzip" },
  ];
  const outcomes = new Set<string>();
  /** Pulls until it succeeds; every other try is given up after some progress. */
  const pullAtLast = async () => {
    for (let attempt = 0; ; attempt += 1) {
      const controller = new AbortController();
      const events = random(2) === 0 ? 1 + random(8) : Number.POSITIVE_INFINITY;
      let seen = 0;
      const onProgress = () => {
        seen += 1;
        if (seen === events) controller.abort(new Error("enough"));
      };
      try {
        return await pull("tiny", { signal: controller.signal, onProgress });
      } catch (error) {
        if (attempt === 50) throw error;
        if (!controller.signal.aborted && !TenfoldError.is(error)) throw error;
        outcomes.add(controller.signal.aborted ? "aborted" : "failed");
      }
    }
  };
  let clean: string[] | undefined;

  for (let round = 0; round < soakRounds(60); round += 1) {
    for (let fault = random(6); fault > 0; fault -= 1) {
      const all = faults();
      const picked = all[random(all.length)];
      if (picked) catalog.server.addFault({ ...picked, path: artifact, after: random(2), times: 1 + random(3) });
    }
    const record = await pullAtLast();
    expect((await store.verify()).damaged).toEqual([]);
    await store.remove(await store.planRemoval(record.model));
    await store.collectGarbage();
    expect(await store.fsck()).toEqual([]);
    const left = (await readdir(platform.home, { recursive: true })).sort();
    clean ??= left;
    expect(left).toEqual(clean);
    expect(openDescriptors()?.filter((path) => path.startsWith(platform.home)) ?? []).toEqual([]);
  }
  expect([...outcomes].sort()).toEqual(["aborted", "failed"]);
  expect(clean?.filter((path) => /^(locks|claims|blobs)\//.test(path))).toEqual([]);
  await catalog.server.close();
  await platform.remove();
  // Sockets are closed by the system once both of their ends have been told.
  await vi.waitFor(() => expect(openDescriptors()).toEqual(before), { timeout: 30_000 });
});
