import { collect, meaningOf, messagesOf, toolsOf } from "@tenfold/adapter-testkit";
import { tinyReference } from "@tenfold/adapter-testkit/models";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { LoadOptions } from "@tenfold/core";
import { fullTests } from "@tenfold/tooling/requirement";
import { afterEach, expect, test } from "vitest";
import { type MlcFolderOptions, mlcFolder } from "../test/mlc-folder.ts";
import { modelByHeart } from "../test/model-by-heart.ts";
import { createAdapter } from "./adapter.ts";

const { prompts } = await tinyReference();
const shown = fullTests ? prompts : prompts.filter(({ behaviour }, index) => prompts.findIndex((one) => one.behaviour === behaviour) === index);
const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function load(options: LoadOptions = {}, folder: MlcFolderOptions = {}) {
  const made = await mlcFolder(folder);
  removals.push(made.remove);
  const { binding, ...rest } = modelByHeart(prompts, 1024);
  const adapter = createAdapter({ binding, now: () => performance.now(), random: () => 0.5 });
  const model = await adapter.load(await made.open(), nodeContext(), { isolation: "none", ...options });
  return { model, ...rest };
}

test.each(shown.map((prompt) => [prompt.id, prompt] as const))("logits become the answer that they mean: %s", async (_id, prompt) => {
  const { model, calls } = await load();
  const tools = toolsOf(prompt);
  const thinks = prompt.templateOptions.enable_thinking;
  const answer = await collect(
    model.generate({
      messages: messagesOf(prompt),
      sampling: { temperature: 0 },
      maxTokens: prompt.maxTokens,
      ...(tools ? { tools } : {}),
      ...(thinks === undefined ? {} : { reasoning: thinks }),
    }),
  );
  expect(answer.text.trim()).toBe(meaningOf(prompt.outputText).text.trim());
  expect(answer.finish.usage).toMatchObject({ promptTokens: prompt.promptTokens.length, completionTokens: prompt.outputTokens.length });
  expect(calls.forward).toBeLessThanOrEqual(prompt.outputTokens.length + 1);
  await model.dispose();
  expect(calls.disposed).toBe(1);
});

test("a schema, a seed, stops and log-probabilities are Tenfold's own", async () => {
  const { model } = await load();
  const schema = { type: "object", properties: { a: { type: "boolean" } }, required: ["a"], additionalProperties: false };
  const ask = () => collect(model.generate({ messages: [{ role: "user", content: "?" }], responseFormat: { type: "json", schema }, seed: 7, maxTokens: 40 }));
  const first = await ask();
  expect(JSON.parse(first.text)).toEqual({ a: expect.any(Boolean) });
  expect((await ask()).text).toBe(first.text);
  const [greeting] = prompts;
  if (!greeting) throw new Error("The reference is empty.");
  const stopped = await collect(model.generate({ messages: messagesOf(greeting), stop: ["Tenfold"], sampling: { temperature: 0 }, logProbabilities: 2 }));
  expect(stopped).toMatchObject({ text: "Hello! I am ", finish: { reason: "stop" } });
  await model.dispose();
});

test("a second turn goes on behind the first", async () => {
  const { model, calls } = await load();
  const [greeting] = prompts;
  if (!greeting) throw new Error("The reference is empty.");
  const messages = messagesOf(greeting);
  await collect(model.generate({ messages, sampling: { temperature: 0 } }));
  const more = [...messages, { role: "assistant", content: greeting.outputText }, { role: "user", content: "And?" }] as const;
  const { finish } = await collect(model.generate({ messages: more, sampling: { temperature: 0 }, maxTokens: 1 }));
  expect(finish.usage.cachedTokens).toBeGreaterThan(greeting.promptTokens.length);
  expect(calls.reset).toBe(0);
  await model.dispose();
});

test("the context is what was asked for, the window that was compiled without sliding, and memory states both terms", async () => {
  const { model, calls } = await load({ contextSize: 128 });
  expect(model.contextSize).toBe(128);
  expect(calls.overrides).toMatchObject({ context_window_size: 128, sliding_window_size: -1 });
  expect(model.memory()).toMatchObject({ weightsBytes: 3 * 4096, kvCacheBytes: 512 * 128 });
  await model.dispose();
  const sliding = await load({ contextSize: 512 }, { config: { context_window_size: -1, sliding_window_size: 64 } });
  expect(sliding.model.contextSize).toBe(64);
  await sliding.model.dispose();
});

test("a model that would take more than it may is refused before anything is loaded", async () => {
  await expect(load({ memoryLimitBytes: 1000 })).rejects.toMatchObject({ code: "out-of-memory" });
});

test("a GPU that is lost ends the answer with a remedy", async () => {
  const { model, failWith } = await load();
  failWith(Object.assign(new Error("Model not loaded before trying to complete ForwardTokensAndSample."), { name: "ModelNotLoadedError" }));
  const asked = collect(model.generate({ prompt: "Hello", maxTokens: 2 }));
  await expect(asked).rejects.toMatchObject({ code: "generation-failed", remedy: expect.stringContaining("Load the model again") });
  await model.dispose();
});

test("texts are embedded one by one, with the special tokens around them that web-llm leaves out", async () => {
  const { model, calls } = await load({ frameworkOptions: { task: "embeddings" } });
  expect(model.capabilities).toMatchObject({ chat: false, embeddings: true });
  expect((await model.embed?.(["Hello", "Hello there"]))?.map((vector) => [...vector].map((value) => Math.round(value * 10) / 10))).toEqual([
    [0.6, 0.8],
    [0.6, 0.8],
  ]);
  expect(calls.embedded).toHaveLength(2);
  const plain = await model.tokenizer?.encode("Hello");
  expect(calls.embedded[0]?.length).toBeGreaterThanOrEqual(plain?.length ?? 0);
  await model.dispose();
});

test.each([
  [{ library: { from: "" } }, "library.from"],
  [{ library: { from: "x", sha256: "abc" } }, "sha256"],
  [{ task: "draw" }, "task"],
  [{ temperature: 1 }, "temperature"],
])("an option that makes no sense is named: %j", async (frameworkOptions, words) => {
  await expect(load({ frameworkOptions })).rejects.toMatchObject({ code: "invalid-input", message: expect.stringContaining(words) });
});
