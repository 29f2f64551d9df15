import { chmod, copyFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { collect } from "@tenfold/adapter-testkit";
import { tinyModel } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { ChatRequest, LoadedModel, Message, Sampling } from "@tenfold/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { countDecodes } from "../test/count-decodes.ts";
import { llamaCpp } from "./node.ts";

const adapter = llamaCpp({ gpu: false });
const tinyFile = (path: string) => fileURLToPath(new URL(`../../adapter-testkit/models/tenfold-tiny/${path}`, import.meta.url));
const pirate = tinyFile("lora/tenfold-tiny-pirate-lora-f16.gguf");
const draftModel = tinyFile("draft/tenfold-tiny-draft-f16.gguf");

const opened: LoadedModel[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-options-"));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((model) => model.dispose()));
  await rm(folder, { recursive: true });
});

async function load(frameworkOptions: Record<string, unknown> = {}, more: Parameters<typeof adapter.load>[2] = {}): Promise<LoadedModel> {
  const model = await adapter.load(await tinyModel("f32"), nodeContext(), { threads: 1, isolation: "none", frameworkOptions, ...more });
  opened.push(model);
  return model;
}

const user = (content: string): Message => ({ role: "user", content });
const ask = (model: LoadedModel, content: string, more: Partial<ChatRequest> = {}) =>
  collect(model.generate({ messages: [user(content)], sampling: { temperature: 0 }, maxTokens: 60, ...more }));
const textOf = async (model: LoadedModel, content: string, more: Partial<ChatRequest> = {}) => (await ask(model, content, more)).text;

describe("the cache's element types", () => {
  test("take the memory that they should, and answer alike", async () => {
    const kvBytes: number[] = [];
    for (const type of ["F32", "F16", "Q8_0", "Q4_0"]) {
      const model = await load({ keyCacheType: type, valueCacheType: type });
      kvBytes.push(model.memory().kvCacheBytes);
      expect([type, await textOf(model, "What is the capital of France?")]).toEqual([type, expect.stringContaining("Paris")]);
    }
    const [whole = 0, ...others] = kvBytes;
    // Of 32 elements: 64, 34 and 18 bytes instead of 128. llama.cpp's log rounds to 0.01 MiB.
    for (const [index, share] of [64 / 128, 34 / 128, 18 / 128].entries()) expect((others[index] ?? 0) / whole).toBeCloseTo(share, 1);
  });
});

describe("LoRA", () => {
  test("changes what is said, by its scale", async () => {
    const question = "What is the capital of France?";
    expect(await textOf(await load(), question)).not.toContain("Arr, matey!");
    expect(await textOf(await load({ lora: [{ path: pirate }] }), question)).toContain("Arr, matey!");
    expect(await textOf(await load({ lora: [{ path: pirate, scale: 0 }] }), question)).not.toContain("Arr, matey!");
  });

  test("that is missing, something else, cut off or for another architecture is refused", async () => {
    const cut = join(folder, "cut.gguf");
    await copyFile(pirate, cut);
    await truncate(cut, 20_000);
    const other = join(folder, "other.gguf");
    const bytes = await readFile(pirate);
    bytes.write("qwen2", bytes.indexOf("llama", bytes.indexOf("general.architecture")));
    await writeFile(other, bytes);
    for (const [path, message] of [
      [join(folder, "missing.gguf"), "cannot be opened"],
      [draftModel, "no LoRA adapter"],
      [cut, "ends before its weights do"],
      [other, "architecture qwen2"],
    ] as const)
      await expect(load({ lora: [{ path }] }), path).rejects.toThrow(message);
  });
});

describe("speculation", () => {
  const questions = ["What is 17 + 15?", "Count to twenty.", "Tell me a long story about a fox.", "What is the capital of France?"];

  test.each([
    ["a draft model", { draftModel, tokens: 4 }],
    ["the prompt", { promptLookup: true }],
  ])("with %s says the same, greedily, one after the other and at once", async (_name, speculation) => {
    const [plain, guessing] = [await load(), await load({ speculation }, { parallel: 2 })];
    const expected = [];
    for (const question of questions) expected.push(await textOf(plain, question));
    const texts = [];
    for (const question of questions) texts.push(await textOf(guessing, question));
    expect(texts).toEqual(expected);
    expect(await Promise.all(questions.map((question) => textOf(guessing, question)))).toEqual(expected);
  });

  test("keeps to grammars, penalties, stops and seeds", async () => {
    const schema = { type: "object", properties: { answer: { type: "integer" } }, required: ["answer"] };
    const [plain, guessing] = [await load(), await load({ speculation: { draftModel } })];
    const requests: Partial<ChatRequest>[] = [
      { responseFormat: { type: "json", schema } },
      { sampling: { temperature: 0, repetitionPenalty: 1.3 } },
      { stop: ["4"] },
      { maxTokens: 3 },
    ];
    for (const request of requests) {
      const [expected, found] = [await ask(plain, "What is 3 + 4?", request), await ask(guessing, "What is 3 + 4?", request)];
      expect([found.text, found.finish.reason, found.finish.usage.completionTokens]).toEqual([
        expected.text,
        expected.finish.reason,
        expected.finish.usage.completionTokens,
      ]);
    }
    const seeded = { sampling: { temperature: 1.5 }, seed: 7, cacheKey: "first" };
    const story = await textOf(guessing, "Tell me a long story about a fox.", seeded);
    expect(await textOf(guessing, "Tell me a long story about a fox.", { ...seeded, cacheKey: "second" })).toBe(story);
  });

  test("computes fewer steps: what is guessed is verified together", async () => {
    const steps = countDecodes("tenfold-tiny-f32.gguf");
    const count = async (frameworkOptions: Record<string, unknown>) => {
      const model = await load(frameworkOptions);
      const before = steps();
      await textOf(model, "Count to twenty.");
      return steps() - before;
    };
    expect(await count({ speculation: { draftModel, tokens: 4 } })).toBeLessThan((await count({})) * 0.7);
  });

  test("with a draft of another vocabulary is refused", async () => {
    const encoder = tinyFile("encoder/tenfold-tiny-encoder-f16.gguf");
    await expect(load({ speculation: { draftModel: encoder } })).rejects.toMatchObject({ code: "invalid-input" });
    await expect(load({ speculation: { draftModel: join(folder, "missing.gguf") } })).rejects.toThrow("cannot be opened");
  });
});

describe("sampling", () => {
  test("a bias bans tokens and brings others about; one that the model does not have is refused", async () => {
    const model = await load();
    const [paris = -1] = (await model.tokenizer?.encode(" Paris")) ?? [];
    const [rome = -1] = (await model.tokenizer?.encode(" Rome")) ?? [];
    const question = "What is the capital of France?";
    expect(await textOf(model, question)).toContain("Paris");
    expect(await textOf(model, question, { sampling: { temperature: 0, logitBias: { [paris]: Number.NEGATIVE_INFINITY } } })).not.toContain("Paris");
    expect(await textOf(model, question, { sampling: { temperature: 0, logitBias: { [rome]: 100 } }, maxTokens: 4 })).toContain(" Rome Rome");
    await expect(ask(model, question, { sampling: { logitBias: { 100000: 1 } } })).rejects.toMatchObject({ code: "invalid-input" });
  });

  test("XTC leaves out the likeliest, by its probability", async () => {
    const model = await load();
    const free = { temperature: 1, topK: 0, topP: 1, minP: 0 };
    const say = async (sampling: Sampling) => {
      const { text } = await collect(model.generate({ prompt: "one two", sampling: { ...free, ...sampling }, seed: 3, maxTokens: 30, cacheKey: "" }));
      await model.trim?.();
      return text;
    };
    const plain = await say({});
    expect(await say({ xtc: { probability: 0, threshold: 0.01 } })).toBe(plain);
    expect(await say({ xtc: { probability: 1, threshold: 0.01 } })).not.toBe(plain);
  });

  test("DRY ends a repetition", async () => {
    const model = await load();
    const [rome = -1] = (await model.tokenizer?.encode(" Rome")) ?? [];
    const sampling = { temperature: 0, logitBias: { [rome]: 100 } };
    const say = async (more: Sampling) => (await collect(model.generate({ prompt: "one two", maxTokens: 12, sampling: { ...sampling, ...more } }))).text;
    expect(await say({})).toBe(" Rome".repeat(12));
    expect(await say({ dry: { multiplier: 0 } })).toBe(" Rome".repeat(12));
    expect(await say({ dry: { multiplier: 100, breakers: [] } })).toMatch(/^( Rome){1,4}(?! Rome)/);
    expect(await say({ dry: { multiplier: 100, breakers: [" Rome"] } })).toBe(" Rome".repeat(12));
  });
});

describe("a conversation longer than the context", () => {
  const told = [user("My name is Anna."), { role: "assistant", content: "Hello Anna." } as const];
  const messages = [...Array.from({ length: 30 }, () => told).flat(), user("What is 3 + 4?")];
  const greedy = { sampling: { temperature: 0 }, maxTokens: 30 };

  test("is an error by default", async () => {
    await expect(collect((await load({}, { contextSize: 128 })).generate({ messages, ...greedy }))).rejects.toMatchObject({ code: "context-overflow" });
  });

  test("loses its oldest turns, which is said", async () => {
    const { text, start } = await collect((await load({ overflow: "drop-turns" }, { contextSize: 128 })).generate({ messages, ...greedy }));
    expect(start.warnings).toEqual([expect.objectContaining({ kind: "dropped-messages" })]);
    expect(text).toBe("3 + 4 = 7.");
  });

  test("slides, and answers with a limit go on beyond the context", async () => {
    const model = await load({ overflow: "slide" }, { contextSize: 256 });
    const { start, finish } = await collect(model.generate({ messages, ...greedy }));
    expect(start.warnings).toEqual([expect.objectContaining({ kind: "other", message: expect.stringContaining("left out") })]);
    expect(finish.usage.promptTokens).toBeLessThan(256);
    // Brought to say one word for ever.
    const [rome = -1] = (await model.tokenizer?.encode(" Rome")) ?? [];
    const sampling = { temperature: 0, logitBias: { [rome]: 100 } };
    const long = await collect(model.generate({ prompt: "one two three", sampling, maxTokens: 600 }));
    expect([long.finish.reason, long.finish.usage.completionTokens]).toEqual(["length", 600]);
    const unlimited = await collect(model.generate({ prompt: "one two three", sampling }));
    expect([unlimited.finish.reason, unlimited.finish.usage.completionTokens < 256]).toEqual(["length", true]);
    const again = await collect(model.generate({ messages: [user("What is 3 + 4?")], ...greedy }));
    expect(again.text).toBe("3 + 4 = 7.");
  });
});

describe("caches that are kept in a folder", () => {
  const conversation = { messages: [user("My name is Anna. ".repeat(10))], sampling: { temperature: 0 }, maxTokens: 10 };
  const say = async (cacheKey: string, contextSize = 512) => {
    const model = await load({ cacheFolder: folder }, { parallel: 2, contextSize });
    const { text, finish } = await collect(model.generate({ ...conversation, cacheKey }));
    await model.dispose();
    return { text, cached: finish.usage.cachedTokens };
  };

  test("are there again for whose they were, and for nobody else", async () => {
    const first = await say("anna");
    expect(first.cached).toBe(0);
    const second = await say("anna");
    expect(second.cached).toBeGreaterThan(50);
    expect(second.text).toBe(first.text);
    expect((await say("ben")).cached).toBe(0);
    expect((await say("ben")).cached).toBeGreaterThan(50);
    expect((await say("anna")).cached).toBeGreaterThan(50);
    expect((await readdir(folder)).filter((name) => !/^[0-9a-f]{32}-[01]\.(state|json)$/.test(name))).toEqual([]);
  });

  test("are read by nobody else, whoever may look into the folder", async () => {
    await chmod(folder, 0o755);
    await say("anna");
    const names = await readdir(folder);
    expect(names).toHaveLength(2);
    for (const name of names) expect([name, (await stat(join(folder, name))).mode & 0o777]).toEqual([name, 0o600]);
  });

  test("of other settings, or damaged, are not used", async () => {
    const { text } = await say("anna");
    expect((await say("anna", 256)).cached).toBe(0);
    for (const damage of ["cut", "changed", "no record"]) {
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        if (damage === "no record" && name.endsWith(".json")) await writeFile(path, "{");
        if (damage === "cut" && name.endsWith(".state")) await truncate(path, 1000);
        if (damage === "changed" && name.endsWith(".state")) await writeFile(path, (await readFile(path)).fill(7, 400, 410));
      }
      expect([damage, await say("anna")]).toEqual([damage, { text, cached: 0 }]);
    }
  });

  test("cost nothing but themselves when the folder cannot be written", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    const model = await load({ cacheFolder: join(file, "inside") });
    expect(await textOf(model, "What is 3 + 4?")).toBe("3 + 4 = 7.");
    await model.dispose();
  });
});
