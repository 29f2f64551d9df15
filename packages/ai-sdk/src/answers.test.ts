import type { LoadedModel } from "@tenfold/core";
import { convertToModelMessages, generateObject, generateText, isStepCount, Output, readUIMessageStream, streamText, tool, type UIMessage } from "ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { tinyModels } from "../test/tiny-models.ts";
import { createTenfoldProvider, type TenfoldProvider } from "./provider.ts";

const sunny = { city: "Paris", temperature: 18, condition: "sunny" };
const cityOnly = z.object({ city: z.string() });
const weather = tool({ description: "Get the weather in a city.", inputSchema: cityOnly, execute: async ({ city }) => ({ ...sunny, city }) });
const time = tool({ description: "Get the time in a city.", inputSchema: cityOnly, execute: async () => ({ time: "14:30" }) });
const tools = { get_weather: weather, get_time: time };
const greedy = { temperature: 0, maxRetries: 0 } as const;

describe.each(tinyModels)("the AI SDK over the tiny model in $framework", ({ load, holdsToolChoice }) => {
  let loaded: LoadedModel;
  let tenfold: TenfoldProvider;
  beforeAll(async () => {
    loaded = await load();
    tenfold = createTenfoldProvider({ models: { tiny: loaded } });
  });
  afterAll(() => loaded?.dispose());
  const model = () => tenfold("tiny");

  test("generateText answers, and counts what it computed and what was cached", async () => {
    const asked = { model: model(), ...greedy, providerOptions: { tenfold: { cacheKey: "usage" } } };
    const { text, usage, finalStep, warnings } = await generateText({ ...asked, prompt: "What is 17 + 15?" });
    expect(text).toBe("17 + 15 = 32.");
    expect(warnings).toEqual([]);
    expect(finalStep.finishReason).toBe("stop");
    expect(usage).toMatchObject({ inputTokens: 18, inputTokenDetails: { cacheReadTokens: 0, noCacheTokens: 18 }, outputTokens: 12, totalTokens: 30 });
    expect(finalStep.providerMetadata?.tenfold).toMatchObject({ accelerator: "cpu", timings: { decodeTokensPerSecond: expect.any(Number) } });
    const { usage: second } = await generateText({ ...asked, prompt: "What is 17 + 16?" });
    expect(second.inputTokenDetails.cacheReadTokens).toBeGreaterThan(3);
  });

  test("a conversation of several turns, with instructions", async () => {
    const messages = [
      { role: "user", content: "My name is Anna." },
      { role: "assistant", content: "Nice to meet you, Anna!" },
      { role: "user", content: "What is my name?" },
    ] as const;
    expect((await generateText({ model: model(), ...greedy, messages: [...messages] })).text).toBe("Your name is Anna.");
    const { text } = await generateText({ model: model(), ...greedy, instructions: "Answer in JSON.", prompt: "What is 3 + 4?" });
    expect(text).toBe('{"answer": 7}');
  });

  test("stop sequences and the most tokens end an answer, each with its reason", async () => {
    const stopped = await generateText({ model: model(), ...greedy, prompt: "Count to twenty.", stopSequences: [", 4"] });
    expect([stopped.text, stopped.finalStep.finishReason]).toEqual(["1, 2, 3", "stop"]);
    const cut = await generateText({ model: model(), ...greedy, prompt: "Count to twenty.", maxOutputTokens: 5 });
    expect([cut.usage.outputTokens, cut.finalStep.finishReason]).toEqual([5, "length"]);
  });

  test("a seed gives the same text again", async () => {
    const ask = async () =>
      (await generateText({ model: model(), prompt: "Tell me a long story about a fox.", temperature: 1.5, seed: 7, maxOutputTokens: 24 })).text;
    expect(await ask()).toBe(await ask());
  });

  test("streamText gives thoughts and text in blocks that are closed before the next begins", async () => {
    const result = streamText({ model: model(), ...greedy, prompt: "What is 3 + 4?", reasoning: "high" });
    const types: string[] = [];
    for await (const part of result.fullStream) if (types.at(-1) !== part.type) types.push(part.type);
    expect(types).toEqual([
      ...["start", "start-step", "reasoning-start", "reasoning-delta", "reasoning-end", "text-start", "text-delta", "text-end"],
      ...["finish-step", "finish"],
    ]);
    expect((await result.finalStep).reasoningText).toBe("I add 3 and 4. 3 + 4 = 7.");
    expect(await result.text).toBe("3 + 4 = 7.");
    expect((await result.warnings) ?? []).toEqual([{ type: "compatibility", feature: "reasoning", details: expect.stringContaining("on or off") }]);
  });

  test("a tool is called, told to the model, and answered with", async () => {
    const { text, steps } = await generateText({ model: model(), ...greedy, prompt: "What is the weather in Paris?", tools, stopWhen: isStepCount(3) });
    expect(text).toBe("It is sunny and 18 degrees in Paris.");
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(["tool-calls", "stop"]);
    expect(steps[0]?.toolCalls).toMatchObject([{ toolName: "get_weather", input: { city: "Paris" } }]);
  });

  test("two tools are called at once, each under an id of its own", async () => {
    const asked = { model: model(), ...greedy, prompt: "What is the weather in Paris and in Rome?", tools: { get_weather: weather } };
    const { toolCalls } = await generateText(asked);
    expect(toolCalls.map(({ input }) => input)).toEqual([{ city: "Paris" }, { city: "Rome" }]);
    expect(new Set(toolCalls.map(({ toolCallId }) => toolCallId)).size).toBe(2);
  });

  test("no tool is called when none may be", async () => {
    const { toolCalls, text } = await generateText({ model: model(), ...greedy, prompt: "What is the weather in Paris?", tools, toolChoice: "none" });
    expect([toolCalls.length, text.length > 0]).toEqual([0, true]);
  });

  test("a tool that must be called is called where the framework can be made to, and a warning says where it cannot", async () => {
    const inputSchema = { type: "object", properties: { city: { type: "string", maxLength: 20 } }, required: ["city"], additionalProperties: false } as const;
    const { content, warnings } = await model().doGenerate({
      prompt: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
      toolChoice: { type: "tool", toolName: "get_time" },
      tools: ["get_weather", "get_time"].map((name) => ({ type: "function", name, description: name, inputSchema })),
      temperature: 0,
      maxOutputTokens: 60,
    });
    if (holdsToolChoice) expect(content).toMatchObject([{ type: "tool-call", toolName: "get_time" }]);
    else expect(warnings).toMatchObject([{ type: "unsupported", feature: "toolChoice" }]);
  });

  test("objects follow their schema, whatever the model would say", async () => {
    const schema = z.object({ colour: z.enum(["red", "blue"]), count: z.int(), tags: z.array(z.string().max(8)).length(2) });
    const { output, warnings } = await generateText({ model: model(), ...greedy, prompt: "Hello", output: Output.object({ schema }) });
    expect(schema.parse(output)).toEqual(output);
    expect(warnings).toEqual([]);
    const { object } = await generateObject({
      model: model(),
      ...greedy,
      prompt: "What is the capital of France? Answer in JSON.",
      schema: z.object({ answer: z.string() }),
    });
    expect(object).toEqual({ answer: "Paris" });
  });

  test("an object grows while it is streamed", async () => {
    const schema = z.object({ answer: z.string() });
    const result = streamText({ model: model(), ...greedy, prompt: "What is the capital of France? Answer in JSON.", output: Output.object({ schema }) });
    const seen: unknown[] = [];
    for await (const part of result.partialOutputStream) seen.push(part);
    expect(seen.at(-1)).toEqual({ answer: "Paris" });
    expect(seen.length).toBeGreaterThan(1);
  });

  test("an abort ends a stream where it is, and the next question is answered", async () => {
    const controller = new AbortController();
    const result = streamText({ model: model(), ...greedy, prompt: "Count to fifty.", abortSignal: controller.signal });
    const types: string[] = [];
    for await (const part of result.fullStream) {
      types.push(part.type);
      if (part.type === "text-delta") controller.abort();
    }
    expect(types.at(-1)).toBe("abort");
    expect(types.filter((type) => type === "text-delta").length).toBeLessThan(10);
    const aborted = generateText({ model: model(), ...greedy, prompt: "Hello", abortSignal: AbortSignal.abort(new Error("enough")) });
    await expect(aborted).rejects.toThrow("enough");
    expect((await generateText({ model: model(), ...greedy, prompt: "What is 3 + 4?" })).text).toBe("3 + 4 = 7.");
  });

  test("who leaves a stream early leaves the model free", async () => {
    const { stream } = await model().doStream({ prompt: [{ role: "user", content: [{ type: "text", text: "Count to fifty." }] }], temperature: 0 });
    const reader = stream.getReader();
    while ((await reader.read()).value?.type !== "text-delta");
    await reader.cancel();
    expect((await generateText({ model: model(), ...greedy, prompt: "What is 3 + 4?" })).text).toBe("3 + 4 = 7.");
  });

  test("a UI message stream carries a tool loop, and its message goes back to the model", async () => {
    const question: UIMessage = { id: "1", role: "user", parts: [{ type: "text", text: "What is the weather in Paris?" }] };
    const ask = async (messages: UIMessage[]) => {
      const result = streamText({ model: model(), ...greedy, messages: await convertToModelMessages(messages, { tools }), tools, stopWhen: isStepCount(3) });
      let last: UIMessage | undefined;
      for await (const message of readUIMessageStream({ stream: result.toUIMessageStream() })) last = message;
      return last as UIMessage;
    };
    const answer = await ask([question]);
    expect(answer.parts.map(({ type }) => type)).toEqual(["step-start", "tool-get_weather", "step-start", "text"]);
    expect(answer.parts[1]).toMatchObject({ state: "output-available", input: { city: "Paris" }, output: sunny });
    expect(answer.parts[3]).toMatchObject({ text: "It is sunny and 18 degrees in Paris." });
    const next: UIMessage = { id: "3", role: "user", parts: [{ type: "text", text: "What is 5 + 6?" }] };
    expect((await ask([question, answer, next])).parts.at(-1)).toMatchObject({ type: "text", text: "5 + 6 = 11." });
  });

  test("log-probabilities come as metadata when they are asked for", async () => {
    const { finalStep } = await generateText({ model: model(), ...greedy, prompt: "What is 3 + 4?", providerOptions: { tenfold: { logProbabilities: 2 } } });
    const told = finalStep.providerMetadata?.tenfold?.logProbabilities as { token: string; top: unknown[] }[];
    expect(told.length).toBeGreaterThan(5);
    expect(told[0]?.top).toHaveLength(2);
  });
});
