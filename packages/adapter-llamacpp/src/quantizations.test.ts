import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "@tenfold/adapter-testkit";
import { installedFromFile } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LogProbability } from "@tenfold/core";
import { spreadOf } from "@tenfold/core/benchmark";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dequantizeBlocks, unpackBlocks } from "../../convert/src/blocks/block-layout.ts";
import { blockLayouts } from "../../convert/src/blocks/block-layouts.ts";
import { writeSeededModel } from "../../convert/test/seeded-model.ts";
import { rewriteGguf } from "../test/rewrite-gguf.ts";
import { llamaCpp } from "./node.ts";

/**
 * How far half of the likeliest tokens may be off at most, in log-probability: llama.cpp multiplies blocks with activations that it rounds to
 * 8 bits. These models are of random blocks; those with large weights multiply that error. Measured on a processor with AMX: a third of it.
 */
const limits = {
  ...{ Q2_K: 0.001, Q3_K: 0.002, Q4_K: 0.005, Q5_K: 0.01, Q6_K: 0.2 },
  ...{ Q5_0: 0.03, Q5_1: 0.005, IQ4_NL: 0.4, IQ4_XS: 0.2 },
} as const;
const adapter = llamaCpp({ gpu: false });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-quantizations-"));
});
afterAll(() => rm(folder, { recursive: true }));

const prompts = ["What is the capital of France?", "The fox lives", "one two three", "{"];
const likeliest = 20;

/** The likeliest tokens of a model behind each prompt, with their log-probabilities, and how long it goes on. */
async function distributionsOf(path: string): Promise<{ first: LogProbability[]; tokens: number }> {
  const model = await adapter.load(await installedFromFile(path, "gguf"), nodeContext(), { threads: 1, isolation: "none", contextSize: 128 });
  const first: LogProbability[] = [];
  let tokens = 0;
  const everything = { temperature: 1, topK: 0, topP: 1, minP: 0 };
  for (const prompt of prompts) {
    const one = await collect(model.generate({ prompt, maxTokens: 1, logProbabilities: likeliest, sampling: everything, seed: 1 }));
    if (one.logProbabilities[0]) first.push(one.logProbabilities[0]);
    tokens += (await collect(model.generate({ prompt, maxTokens: 12, sampling: { temperature: 0 } }))).finish.usage.completionTokens;
  }
  await model.dispose();
  return { first, tokens };
}

/** The same numbers in 32-bit floats. */
async function writeTwin(from: string, to: string): Promise<void> {
  await rewriteGguf(from, to, {
    tensor({ type }, bytes) {
      const layout = blockLayouts.get(type);
      if (!layout) return { type: "F32", bytes };
      return { type: "F32", bytes: new Uint8Array(dequantizeBlocks(layout, unpackBlocks(layout, bytes)).buffer) };
    },
  });
}

test.each(Object.keys(limits) as (keyof typeof limits)[])("%s, 256 wide, gives the distribution of its 32-bit floats", { timeout: 60_000 }, async (type) => {
  const [path, twin] = [join(folder, `${type}.gguf`), join(folder, `${type}-f32.gguf`)];
  await writeSeededModel(path, { type });
  await writeTwin(path, twin);
  const [own, exact] = [await distributionsOf(path), await distributionsOf(twin)];
  expect(own.tokens).toBeGreaterThan(prompts.length);
  expect(own.first).toHaveLength(prompts.length);
  const distances: number[] = [];
  for (const [index, { top }] of own.first.entries()) {
    const others = new Map(exact.first[index]?.top.map(({ token, logProbability }) => [token, logProbability]));
    const [best] = top;
    const [first] = others.values();
    // The likeliest of one is the likeliest of the other, or as likely.
    expect((first ?? 0) - (others.get(best?.token ?? "") ?? Number.NEGATIVE_INFINITY), prompts[index]).toBeLessThan(limits[type]);
    for (const { token, logProbability } of top) {
      const other = others.get(token);
      // Pieces of characters all look alike.
      if (other !== undefined && token !== "�") distances.push(Math.abs(logProbability - other));
    }
  }
  expect(distances.length).toBeGreaterThan(40);
  expect(spreadOf(distances).median).toBeLessThan(limits[type]);
});
