import { tinyEncoder, tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { expect, inject, test } from "vitest";
import { readContextMemory } from "./context-memory.ts";
import { llamaCpp } from "./node.ts";

const mebibyte = 1024 * 1024;
/** Recorded from llama.cpp v0.5.0 with Gemma 3's sizes, which have two caches. */
const lines = [
  "llama_context: n_ctx                 = 4096",
  "llama_context:        CPU  output buffer size =     1.00 MiB",
  "llama_kv_cache:        CPU KV buffer size =    16.00 MiB",
  "llama_kv_cache: size =   16.00 MiB (  4096 cells,   4 layers,  1/1 seqs), K (f16):    8.00 MiB, V (f16):    8.00 MiB",
  "llama_kv_cache:        CPU KV buffer size =    16.50 MiB",
  "sched_reserve:        CPU compute buffer size =   130.13 MiB",
];
const total = 170_534_432;

test("caches are summed, and what else is in llama.cpp's sum is compute, to the byte", () => {
  expect(readContextMemory(lines, total)).toEqual({ cacheBytes: 32.5 * mebibyte, computeBytes: total - 32.5 * mebibyte + mebibyte });
});

test("a recurrent state is a cache", () => {
  const recurrent = ["llama_memory_recurrent:        CPU RS buffer size =     2.67 MiB", "sched_reserve:        CPU compute buffer size =    25.68 MiB"];
  expect(readContextMemory(recurrent, undefined)).toEqual({ cacheBytes: Math.round(2.67 * mebibyte), computeBytes: Math.round(25.68 * mebibyte) });
});

test.each([
  ["nothing", []],
  ["nothing yet of the compute buffer", lines.slice(0, -1)],
  ["a cache of another context, too", [...lines, "llama_kv_cache:        CPU KV buffer size =     3.00 MiB"]],
  ["no number", ["sched_reserve:        CPU compute buffer size =   lots of MiB"]],
])("with %s in the log there is no answer", (_what, log) => {
  expect(readContextMemory(log, total)).toBeUndefined();
});

test("loaded models tell caches and buffers apart, also when several load at once", async () => {
  const adapter = llamaCpp({ gpu: false, hostEntry: inject("hostEntry") });
  const model = await tinyModel();
  const loaded = await Promise.all([512, 1024].map((contextSize) => adapter.load(model, nodeContext(), { threads: 1, contextSize })));
  const [short, long] = loaded.map((one) => one.memory());
  // 5 layers × 2 × 2 KV heads × 32 × 2 bytes for each position; the log rounds to a hundredth of a MiB.
  for (const [memory, positions] of [[short, 512] as const, [long, 1024] as const])
    expect(Math.abs((memory?.kvCacheBytes ?? 0) - positions * 5 * 2 * 2 * 32 * 2)).toBeLessThanOrEqual(0.005 * mebibyte + 1);
  expect(short?.computeBytes).toBeGreaterThan(900_000);
  expect(short?.computeBytes).toBeLessThan(1_100_000);
  await Promise.all(loaded.map((one) => one.dispose()));
});

test("an encoder has buffers and no cache", async () => {
  const encoder = await llamaCpp({ gpu: false, hostEntry: inject("hostEntry") }).load(await tinyEncoder(), nodeContext(), { threads: 1 });
  expect(encoder.memory()).toMatchObject({ kvCacheBytes: 0 });
  expect(encoder.memory().computeBytes).toBeGreaterThan(0);
  await encoder.dispose();
});
