import { cp, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect, messagesOf } from "@tenfold/adapter-testkit";
import { tinyFolderModel, tinyReference } from "@tenfold/adapter-testkit/models";
import type { InstalledModel, LoadedModel, LoadOptions } from "@tenfold/core";
import { fullTests, needFullTests } from "@tenfold/tooling/requirement";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mlxContext, needMlx } from "../test/here-mlx.ts";
import { tinyPath, writeMlxLora, writeQuantized } from "../test/write-form.ts";
import { mlx } from "./node.ts";

let folder: string;
const loaded: LoadedModel[] = [];
beforeEach(async (context) => {
  needMlx(context);
  folder = await mkdtemp(join(tmpdir(), "tenfold-mlx-test-"));
});
afterEach(async () => {
  await Promise.all(loaded.splice(0).map((model) => model.dispose()));
  await rm(folder, { recursive: true, force: true });
});

async function load(frameworkOptions: object = {}, { model, ...options }: LoadOptions & { model?: InstalledModel } = {}): Promise<LoadedModel> {
  const one = await mlx().load(model ?? (await tinyFolderModel()), mlxContext(), { ...options, frameworkOptions: { ...frameworkOptions } });
  loaded.push(one);
  return one;
}

const question = { messages: [{ role: "user", content: "Hello!" }], sampling: { temperature: 0 }, maxTokens: 24 } as const;
const textOf = async (model: LoadedModel) => (await collect(model.generate(question))).text;

/** The prompts of the reference that the model answers otherwise. */
async function otherAnswers(model: LoadedModel): Promise<string[]> {
  const { prompts } = await tinyReference();
  const plain = prompts.filter(({ templateOptions }) => !templateOptions.tools && !templateOptions.enable_thinking).slice(0, fullTests ? 12 : 3);
  const others: string[] = [];
  for (const prompt of plain) {
    const { text } = await collect(model.generate({ messages: messagesOf(prompt), sampling: { temperature: 0 }, maxTokens: prompt.maxTokens }));
    if (text !== prompt.outputText) others.push(prompt.id);
  }
  return others;
}

describe("precision", () => {
  test.each(fullTests ? (["float32", "float16", "bfloat16"] as const) : (["float16"] as const))(
    "%s answers as the reference does, and takes what it says",
    async (precision) => {
      const model = await load({ precision });
      const parameters = 1_115_520;
      expect(model.memory().weightsBytes).toBe(parameters * (precision === "float32" ? 4 : 2));
      expect(await otherAnswers(model)).toEqual([]);
    },
  );
});

// The short form has one under LoRA, below.
describe("quantized folders", () => {
  beforeEach(needFullTests);
  test.each([8, 4])("of %i bits answer as the reference does", { timeout: 300_000 }, async (bits) => {
    const model = await load({}, { model: await writeQuantized(bits, folder) });
    expect(model.memory().weightsBytes).toBeLessThan(1_115_520 * (bits === 8 ? 1.3 : 0.8));
    expect(await otherAnswers(model)).toEqual([]);
  });
});

describe("LoRA", () => {
  const pirate = tinyPath("lora/peft");

  test("an adapter changes what is said, by as much as its scale", async () => {
    expect(await textOf(await load({ lora: [{ path: pirate }] }))).toContain("Arr, matey!");
    expect(await textOf(await load({ lora: [{ path: pirate, scale: 0 }] }))).not.toContain("Arr, matey!");
  });

  test("mlx-lm's own files do the same, over quantized weights too, and several add up", async () => {
    await writeMlxLora(join(folder, "pirate"));
    const path = join(folder, "pirate");
    const halves = [
      { path, scale: 0.5 },
      { path: pirate, scale: 0.5 },
    ];
    expect(await textOf(await load({ lora: halves }, { model: await writeQuantized(8, join(folder, "quantized")) }))).toContain("Arr, matey!");
  });

  test("what is no adapter of this model is refused, saying why", async () => {
    const damaged = join(folder, "damaged");
    await cp(pirate, damaged, { recursive: true });
    await truncate(join(damaged, "adapter_model.safetensors"), 60_000);
    const other = join(folder, "other");
    await cp(pirate, other, { recursive: true });
    await cp(tinyPath("draft/model.safetensors"), join(other, "adapter_model.safetensors"));
    const dora = join(folder, "dora");
    await cp(pirate, dora, { recursive: true });
    await writeFile(join(dora, "adapter_config.json"), '{ "peft_type": "LORA", "use_dora": true, "r": 4, "lora_alpha": 8 }');
    for (const [path, words] of [
      [join(folder, "nothing"), /is no LoRA adapter/],
      [damaged, /is damaged/],
      [other, /no part of a LoRA adapter/],
      [dora, /only LoRA is supported/],
    ] as const) {
      await expect(load({ lora: [{ path }] }), path).rejects.toMatchObject({ code: "invalid-input", message: expect.stringMatching(words) });
    }
  });
});

test("an option that does not exist is refused, and so is an accelerator that is not there", async () => {
  await expect(load({ precison: "float32" })).rejects.toMatchObject({ code: "invalid-input", message: expect.stringContaining("precison") });
  await expect(load({}, { accelerator: "cuda" })).rejects.toMatchObject({ code: "framework-unavailable", message: expect.stringContaining("cuda") });
});

test("an archive in npz answers as the folder does, and what is asked for in vain is said", async () => {
  const model = await load({}, { model: await tinyFolderModel("npz"), threads: 2, isolation: "none" });
  const { events, text } = await collect(model.generate(question));
  expect(text).toBe(await textOf(await load()));
  expect(events[0]).toMatchObject({ type: "start", accelerator: "cpu", warnings: [{ setting: "threads" }, { setting: "isolation" }] });
});
