import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { llamaCpp } from "@tenfold/adapter-llamacpp";
import { installedFromFile, tinyReference, tinyVariants } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import { createTokenizer } from "@tenfold/tokenizers";
import { fullTests, need, needFullTests } from "@tenfold/tooling/requirement";
import { smollm2 } from "@tenfold/tooling/smollm2";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { convertFile, fileAt } from "../test/convert-file.ts";
import { likeliest, runOnnx } from "../test/run-onnx.ts";
import { type SeededModel, tinyPath, writeSeededModel } from "../test/seeded-model.ts";
import type { ConvertOptions } from "./convert-options.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-convert-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Ways = Pick<ConvertOptions, "accuracyLevel" | "dequantize">;

async function converted(path: string, name: string, ways: Ways) {
  await convertFile(path, join(folder, name), { to: "onnx", ...ways });
  return runOnnx(join(folder, name));
}

/** Share of positions at which two ways of computing hold the same token likeliest. */
async function agreement(path: string, tokens: readonly number[], one: Ways, other: Ways): Promise<number> {
  const winners: number[][] = [];
  for (const [index, ways] of [one, other].entries()) {
    const run = await converted(path, `way-${index}`, ways);
    const { data, vocabularySize } = await run.logits(tokens);
    winners.push(tokens.map((_, position) => likeliest(data.subarray(position * vocabularySize, (position + 1) * vocabularySize))));
    await run.release();
  }
  return tokens.filter((_, position) => winners[0]?.[position] === winners[1]?.[position]).length / tokens.length;
}

describe("tenfold-tiny", () => {
  const ways: Ways[] = [{ dequantize: true }, { accuracyLevel: 0 }, { accuracyLevel: 4 }];
  test.each(tinyVariants.flatMap((variant) => ways.map((way) => ({ variant, ...way }))))(
    "$variant answers as torch does: dequantize $dequantize, accuracy $accuracyLevel",
    async ({ variant, ...way }) => {
      const reference = await tinyReference();
      const run = await converted(tinyPath(variant), "out", way);
      for (const { promptTokens, maxTokens, outputTokens } of reference.prompts) {
        expect(await run.greedy(promptTokens, maxTokens, [reference.endToken])).toEqual(outputTokens);
      }
      await run.release();
    },
  );
});

describe("random weights, 256 wide", () => {
  const prompt = Array.from({ length: 24 }, (_, index) => 20 + ((index * 37) % 900));
  const types = ["Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "IQ4_NL", "IQ4_XS", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"] as const;

  test.each(types)("%s in blocks computes what its 32-bit floats do", async (type) => {
    const path = join(folder, "model.gguf");
    await writeSeededModel(path, { type });
    const [blocks, floats] = [await converted(path, "blocks", { accuracyLevel: 0 }), await converted(path, "floats", { dequantize: true })];
    const [one, other] = [await blocks.logits(prompt), await floats.logits(prompt)];
    const largest = other.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeGreaterThan(0);
    expect(one.data.reduce((most, value, index) => Math.max(most, Math.abs(value - (other.data[index] as number))), 0)).toBeLessThan(largest * 1e-4);
    for (const run of [blocks, floats]) await run.release();
  });

  const models: Record<string, SeededModel> = {
    "llama, with an output of its own": { untied: true },
    "llama with biases": { biases: true },
    "qwen2 with biases": { architecture: "qwen2", biases: true },
    "qwen3 with norms for heads": { architecture: "qwen3", headNorms: true },
    "linear scaling": { metadata: { "llama.rope.scaling.type": "linear", "llama.rope.scaling.factor": { float: 4 } } },
    YaRN: {
      metadata: {
        "llama.rope.scaling.type": "yarn",
        "llama.rope.scaling.factor": { float: 4 },
        "llama.rope.scaling.original_context_length": 128,
      },
    },
    "factors for each pair": { rotaryFactors: Array.from({ length: 32 }, (_, pair) => 1 + pair / 4) },
  };
  // Each takes seconds; two see the graph's forms, the rest its settings.
  const seen = fullTests ? Object.entries(models) : Object.entries(models).filter(([name]) => name.startsWith("qwen3") || name === "YaRN");
  test.each(seen)("%s answers as llama.cpp does", async (_, model) => {
    const path = join(folder, "model.gguf");
    await writeSeededModel(path, model);
    const run = await converted(path, "out", {});
    const tokenizer = await createTokenizer([await fileAt(join(folder, "out/tokenizer.json")), await fileAt(join(folder, "out/tokenizer_config.json"))]);
    const text = "The capital of France is the name that you said earlier, and 17 + 15 is thirty-two.";
    // Few tokens: the cache of llama.cpp has 16 bits, and random weights decide by little.
    const tokens = await run.greedy([...tokenizer.encode(text)], 6, [2]);
    await run.release();

    const loaded = await llamaCpp({ gpu: false }).load(await installedFromFile(path, "gguf"), nodeContext(), {
      threads: 1,
      contextSize: 256,
      isolation: "none",
    });
    let answer = "";
    for await (const event of loaded.generate({ prompt: text, maxTokens: 6, sampling: { temperature: 0 } })) if (event.type === "text") answer += event.text;
    await loaded.dispose();
    expect(answer).toBe(tokenizer.decode(tokens, { skipSpecial: true }));
  });
});

describe("SmolLM2", () => {
  test("in full precision the answers of its 32-bit floats; with 8-bit arithmetic the same token in nine of ten places", async (context) => {
    needFullTests(context);
    const { path, reason } = await smollm2();
    need(context, "smollm2", path !== undefined, reason ?? "");
    const tokenizer = await createTokenizer([await fileAt(path as string)]);
    const text = "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n";
    const prompt = [...tokenizer.encode(text, { parseSpecial: true })];
    const floats = await converted(path as string, "floats", { dequantize: true });
    const expected = await floats.greedy(prompt, 8, [2]);
    await floats.release();
    const blocks = await converted(path as string, "blocks", { accuracyLevel: 0 });
    expect(await blocks.greedy(prompt, 8, [2])).toEqual(expected);
    await blocks.release();
    const long = [...tokenizer.encode("Paris is the capital of France. It lies on the Seine, and more than two million people live there. ".repeat(4))];
    expect(await agreement(path as string, long, { accuracyLevel: 4 }, { dequantize: true })).toBeGreaterThan(0.9);
  });
});
