import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodePlatform } from "@tenfold/core/node";
import { type ModelHeader, publishedModels, writeHollowModel } from "@tenfold/tooling/gguf-header";
import { fullTests, need, needFullTests } from "@tenfold/tooling/requirement";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ContextCase, openComparison, tableRow, tooFarOff } from "../test/compare-memory.ts";

const tinyFile = (type: string) => fileURLToPath(new URL(`../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-${type}.gguf`, import.meta.url));

let comparison: Awaited<ReturnType<typeof openComparison>>;
let features: readonly string[];
let folder: string;
const rows: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-memory-"));
  comparison = await openComparison();
  features = (await nodePlatform({ home: folder }).device?.describe())?.processor.features ?? [];
});
afterAll(async () => {
  await comparison?.close();
  await rm(folder, { recursive: true, force: true });
  if (fullTests) console.info(["MiB as llama.cpp states them (and how far the estimate is off):", ...rows].join("\n"));
});

async function expectClose(name: string, path: string, cases: readonly ContextCase[], mapped = true) {
  for (const { one, terms } of await comparison.compare(path, cases, features, mapped)) {
    rows.push(tableRow(mapped ? name : `${name}, copied`, one, terms));
    expect(tooFarOff(terms), `${name} with ${JSON.stringify(one)}`).toEqual([]);
  }
}

describe("the estimate from the header is what llama.cpp states, within a tenth in each term and a twentieth in all", () => {
  const everySize = [256, 512, 2048].flatMap((contextSize) => [32, 128, 512].map((batchTokens) => ({ contextSize, batchTokens })));

  test.each(["f32", "f16", "q8_0", "q4_0", "q4_1"])("tenfold-tiny in %s, with contexts and batches of several sizes", async (type) => {
    await expectClose(`tenfold-tiny ${type}`, tinyFile(type), everySize);
  });

  test.each(["f16", "q4_0"])("tenfold-tiny in %s, copied into memory", async (type) => {
    await expectClose(`tenfold-tiny ${type}`, tinyFile(type), [{ contextSize: 512 }, { contextSize: 100, parallel: 4 }], false);
  });

  test("SmolLM2, with caches of several types", { timeout: 120_000 }, async (context) => {
    const { path, reason } = await smollm2();
    need(context, "smollm2", path !== undefined, reason ?? "");
    await expectClose("SmolLM2 135M Q4_1", path ?? "", [
      { contextSize: 512 },
      { contextSize: 4096 },
      { contextSize: 4096, batchTokens: 512 },
      { contextSize: 2048, batchTokens: 512, parallel: 4 },
      { contextSize: 4096, fusedAttention: false },
      { contextSize: 4096, keyType: "Q8_0", valueType: "Q8_0" },
      { contextSize: 4096, keyType: "Q4_0", valueType: "F16" },
      { contextSize: 1024, keyType: "F32", valueType: "F32" },
    ]);
  });

  const usual = [{ contextSize: 4096 }, { contextSize: 4096, batchTokens: 512 }];
  /** Headers of published models over weights of zero. */
  const hollow: readonly [string, keyof typeof publishedModels, Partial<ModelHeader>, readonly ContextCase[]][] = [
    ["Mamba 130M F16", "mamba-130m", { weights: "F16" }, [{ contextSize: 512 }, { contextSize: 4096, batchTokens: 512, parallel: 2 }]],
    ["Llama 3.2 1B Q4_0", "llama-3.2-1b", { weights: "Q4_0" }, usual],
    ["Llama 3.2 1B Q4_K", "llama-3.2-1b", { weights: "Q4_K", embeddingWeights: "Q6_K" }, [{ contextSize: 4096 }, { contextSize: 4096, fusedAttention: false }]],
    ["Llama 3.2 3B Q2_K", "llama-3.2-3b", { weights: "Q2_K", embeddingWeights: "Q6_K" }, [{ contextSize: 8192 }]],
    ["Qwen3 0.6B Q8_0", "qwen3-0.6b", { weights: "Q8_0" }, usual],
    ["Qwen3 4B Q4_K", "qwen3-4b", { weights: "Q4_K", embeddingWeights: "Q6_K" }, usual],
    ["Gemma 3 1B Q8_0", "gemma-3-1b", { weights: "Q8_0" }, [...usual, { contextSize: 2000, parallel: 3 }]],
    ["Gemma 3 4B Q4_K", "gemma-3-4b", { weights: "Q4_K", embeddingWeights: "Q6_K" }, usual],
    ["Phi 3 mini Q4_K", "phi-3-mini-4k", { weights: "Q4_K", embeddingWeights: "Q6_K" }, usual],
    ["Mistral 7B Q4_K", "mistral-7b-v0.3", { weights: "Q4_K", embeddingWeights: "Q6_K" }, [...usual, { contextSize: 16_384, batchTokens: 512, parallel: 2 }]],
  ];
  test.for(hollow)("%s", { timeout: 600_000 }, async ([name, model, weights, cases], context) => {
    // What is repacked is really written: gigabytes for the larger ones.
    if (model !== "mamba-130m") needFullTests(context);
    const path = join(folder, `${model}.gguf`);
    await writeHollowModel(path, { ...publishedModels[model], weights: "F16", ...weights });
    await expectClose(name, path, cases);
    await rm(path);
  });
});
