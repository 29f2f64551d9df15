import * as vendor from "@picovoice/picollm-node";
import type { GenerateEvent, GenerateRequest } from "@tenfold/core";
import { expect, test } from "vitest";
import { ask, hello, loadScripted, type Script } from "../test/scripted-pico.ts";

// What picoLLM would do to these requests takes a key to see (conformance.test.ts); here a script stands in for the vendor's class.

/** Hermes style, as Qwen's: tools and thoughts. */
const hermes = `{%- if tools %}<|im_start|>system
<tool_call> {{ tools | tojson }}<|im_end|>
{% endif %}{%- for m in messages %}<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endfor %}<|im_start|>assistant
{% if enable_thinking %}<think>
{% endif %}`;

const words = (text: string) => text.match(/\s*\S+/g) ?? [];
const time = { name: "time", description: "The time.", parameters: { type: "object", properties: { zone: { type: "string" } } } };

test("an answer is start, text as it comes, and finish", async () => {
  const { model, calls } = await loadScripted();
  const { events, text, start, finish } = await ask(model, hello);
  expect(start).toEqual({ type: "start", accelerator: "cpu", warnings: [] });
  expect(text).toBe("Hello there");
  expect(events.filter(({ type }) => type === "text")).toHaveLength(2);
  expect(finish).toMatchObject({ reason: "stop", usage: { cachedTokens: 0, completionTokens: 3 } });
  expect(finish.usage.promptTokens).toBeGreaterThan(3);
  expect(calls.options[0]).toMatchObject({ stopPhrases: ["<|eot_id|>"], frequencyPenalty: 0, presencePenalty: 0, numTopChoices: 0 });
});

test.each([
  ["stop strings that tokens part", { stop: ["r sto"] }, "A poo"],
  ["a stop string of which only the beginning comes", { stop: ["story about tea"] }, "A poor story about a fox"],
])("%s", async (_, more, expected) => {
  const { model, calls } = await loadScripted({ answers: [words("A poor story about a fox")] });
  const { text, finish } = await ask(model, { ...hello, ...more });
  expect(text).toBe(expected);
  expect(finish.reason).toBe("stop");
  expect(calls.interrupts).toBe(expected === "A poo" ? 1 : 0);
});

test("an endless answer ends with its limit, or with its context", async () => {
  const { model, calls } = await loadScripted({ answers: [[" a"]], endless: true, contextLength: 64 });
  expect(await ask(model, { ...hello, maxTokens: 5 })).toMatchObject({ text: " a a a a a", finish: { reason: "length", usage: { completionTokens: 5 } } });
  const whole = await ask(model, hello);
  expect(whole.finish.usage.promptTokens + whole.finish.usage.completionTokens).toBe(64);
  expect(whole.finish.reason).toBe("length");
  await expect(ask(model, { ...hello, maxTokens: 0 })).rejects.toMatchObject({ code: "invalid-input" });
  await expect(ask(model, { prompt: "word ".repeat(80) })).rejects.toMatchObject({ code: "context-overflow" });
  expect(calls.prompts).toHaveLength(2);
});

test("an abort rejects with its reason, interrupts picoLLM, and the next answer waits for it", async () => {
  const { model, calls } = await loadScripted({ answers: [[" a"]], endless: true, deafFor: 7 });
  const controller = new AbortController();
  const reason = new Error("enough");
  const after: GenerateEvent[] = [];
  const aborted = (async () => {
    for await (const event of model.generate({ ...hello, signal: controller.signal })) {
      if (controller.signal.aborted) after.push(event);
      if (event.type === "text") controller.abort(reason);
    }
  })();
  await expect(aborted).rejects.toBe(reason);
  expect(after).toEqual([]);
  expect((await ask(model, { ...hello, maxTokens: 9 })).text).toBe(" a".repeat(9));
  expect(calls.interrupts).toBeGreaterThan(1);
  expect(calls.overlap).toBe(1);
});

test("leaving the loop interrupts picoLLM", async () => {
  const { model, calls } = await loadScripted({ answers: [[" a"]], endless: true });
  for await (const event of model.generate(hello)) if (event.type === "text") break;
  expect((await ask(model, { ...hello, maxTokens: 3 })).text).toBe(" a a a");
  expect(calls).toMatchObject({ interrupts: 1, overlap: 1 });
});

test("disposing ends the answer that runs and the one that waits, then frees the model once", async () => {
  const { model, calls } = await loadScripted({ answers: [[" a"]], endless: true, deafFor: 5 });
  let disposing: Promise<void> | undefined;
  const running = (async () => {
    for await (const event of model.generate(hello)) if (event.type === "text") disposing ??= model.dispose();
  })();
  const waiting = ask(model, hello);
  await Promise.all([running, waiting].map((one) => expect(one).rejects.toMatchObject({ code: "disposed" })));
  await disposing;
  await model.dispose();
  expect(calls.released).toBe(1);
  await expect(ask(model, hello)).rejects.toMatchObject({ code: "disposed" });
  await expect(model.countTokens("a")).rejects.toMatchObject({ code: "disposed" });
});

test("answers, counts and vectors asked for at once never overlap in picoLLM", async () => {
  const { model, calls } = await loadScripted({ answers: [["a"], ["b"], ["c"]] });
  const answers = await Promise.all([ask(model, hello), model.countTokens("a b"), ask(model, hello), model.countTokens(hello.messages), ask(model, hello)]);
  expect(answers).toMatchObject([{ text: "a" }, { tokens: 3, exact: true }, { text: "b" }, { exact: false }, { text: "c" }]);
  expect(calls.overlap).toBe(1);
});

test("picoLLM's errors while it answers become the contract's", async () => {
  const failing = (failure: Script["failure"]) => loadScripted({ answers: [["a"]], ...(failure ? { failure } : {}) });
  const { model } = await failing(() => new vendor.PicoLLMOutOfMemoryError("PicoLLM failed to generate"));
  await expect(ask(model, hello)).rejects.toMatchObject({ code: "out-of-memory", framework: "picollm" });
  const other = await failing(() => new vendor.PicoLLMInvalidStateError("PicoLLM is not initialized"));
  await expect(ask(other.model, hello)).rejects.toMatchObject({ code: "generation-failed", remedy: "Load the model anew." });
});

test("settings that picoLLM has are handed on, a seed as a positive number", async () => {
  const { model, calls } = await loadScripted();
  const sampling = { temperature: 0.3, topP: 0.5, frequencyPenalty: 0.2, presencePenalty: 0.4 };
  expect((await ask(model, { ...hello, sampling, seed: 0 })).start.warnings).toEqual([]);
  await ask(model, { ...hello, sampling: { temperature: 0, topP: 0 }, seed: -1 });
  await ask(model, hello);
  expect(calls.options[0]).toMatchObject({ ...sampling, seed: 1 });
  expect(calls.options[1]).toMatchObject({ temperature: 0, topP: 1e-6, seed: 2 });
  expect(calls.options[2]).toMatchObject({ temperature: 0.8, topP: 0.95 });
  for (const { seed } of calls.options) expect(seed).toBeGreaterThan(0);
  for (const { seed } of calls.options) expect(seed).toBeLessThan(2 ** 31);
  await expect(ask(model, { ...hello, sampling: { temperature: -1 } })).rejects.toMatchObject({ code: "invalid-input" });
});

test("settings that picoLLM lacks are named in start", async () => {
  const { model } = await loadScripted({}, {}, hermes);
  const request: GenerateRequest = {
    ...hello,
    sampling: {
      ...{ topK: 40, minP: 0.1, repetitionPenalty: 1.1, frequencyPenalty: -1, presencePenalty: -1 },
      ...{ dry: { multiplier: 1 }, xtc: { probability: 0.5, threshold: 0.1 }, logitBias: { 3: 1 } },
    },
    responseFormat: { type: "json", schema: { type: "object" } },
    tools: [time],
    toolChoice: "required",
    logProbabilities: 50,
  };
  const { start } = await ask(model, request);
  expect(start.warnings.map(({ setting }) => setting)).toEqual([
    ...["topK", "minP", "repetitionPenalty", "frequencyPenalty", "presencePenalty", "dry", "xtc", "logitBias"],
    ...["responseFormat", "logProbabilities", undefined, "toolChoice"],
  ]);
  const idle = { topK: 0, minP: 0, repetitionPenalty: 1, logitBias: {}, dry: { multiplier: 0 }, xtc: { probability: 0, threshold: 0.1 } };
  expect((await ask(model, { ...hello, sampling: idle })).start.warnings).toEqual([]);
  const dialog = await loadScripted();
  expect((await ask(dialog.model, { ...hello, tools: [time] })).start.warnings).toMatchObject([{ setting: "tools" }]);
});

test("thoughts and tool calls are read as for every framework", async () => {
  const answer = words('Some thoughts. </think> <tool_call> {"name": "time", "arguments": {"zone": "UTC"}} </tool_call>');
  const { model, calls } = await loadScripted({ name: "qwen-2.5-500m-instruct 1", answers: [[...answer, "<|im_end|>"]] }, {}, hermes);
  expect(model.capabilities).toMatchObject({ chat: true, tools: true, reasoning: true, template: "tenfold" });
  const { reasoning, text, events, finish } = await ask(model, { ...hello, tools: [time], reasoning: true });
  expect(calls.prompts[0]).toMatch(/<\|im_start\|>assistant\n<think>\n$/);
  expect(reasoning.trim()).toBe("Some thoughts.");
  expect(text.trim()).toBe("");
  expect(events.filter(({ type }) => type === "tool-call")).toMatchObject([{ name: "time", arguments: { zone: "UTC" } }]);
  expect(finish.reason).toBe("tool-calls");
});

test("log-probabilities belong to their tokens, and the marks of an end to none", async () => {
  const { model, calls } = await loadScripted({ answers: [["The", " fox", " ran", "<|eot_id|>"]], maxTopChoices: 2 });
  const { events, text, start } = await ask(model, { ...hello, logProbabilities: 2 });
  const told = events.flatMap((event) => (event.type === "text" ? (event.logProbabilities ?? []) : []));
  expect(told.map(({ token }) => token).join("")).toBe(text);
  expect(text).toBe("The fox ran");
  expect(told[1]).toEqual({ token: " fox", logProbability: -1.5, top: [" fox", "?"].map((token, choice) => ({ token, logProbability: -1.5 - choice })) });
  expect(start.warnings).toMatchObject([{ kind: "other", message: expect.stringContaining("when the answer is done") }]);
  expect(calls.options[0]?.numTopChoices).toBe(2);
  expect((await ask(model, { ...hello, logProbabilities: 1, stop: ["x r"] })).text).toBe("The fo");
});

test("caches are kept apart when they are kept at all", async () => {
  const { model, calls } = await loadScripted({}, { frameworkOptions: { contextCaching: true } });
  expect(calls.created[0]?.contextCaching).toBe(true);
  for (const cacheKey of ["anna", "anna", "boris"]) await ask(model, { ...hello, cacheKey });
  expect(calls.resets).toBe(2);
  await ask(model, hello);
  await model.trim?.();
  expect(calls.resets).toBe(4);
  const without = await loadScripted();
  await ask(without.model, { ...hello, cacheKey: "anna" });
  expect(without.calls.resets).toBe(0);
  expect(without.model.trim).toBeUndefined();
});
