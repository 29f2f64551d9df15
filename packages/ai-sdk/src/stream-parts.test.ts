import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { GenerateEvent } from "@tenfold/core";
import { expect, test } from "vitest";
import { collectResult } from "./collect-result.ts";
import { toStreamParts } from "./stream-parts.ts";

const usage = { promptTokens: 10, cachedTokens: 4, completionTokens: 6 };
const timings = { timeToFirstTokenMs: 1, totalMs: 2, prefillTokensPerSecond: 3, decodeTokensPerSecond: 4 };
const start: GenerateEvent = { type: "start", accelerator: "cpu", warnings: [] };
const finish = (reason: "stop" | "tool-calls" = "stop"): GenerateEvent => ({ type: "finish", reason, usage, timings });

async function* given(events: readonly GenerateEvent[]) {
  yield* events;
}
const parts = (events: readonly GenerateEvent[]) =>
  toStreamParts(given(events), {
    warnings: [{ type: "unsupported", feature: "tools" }],
    answering: () => ({ modelId: "tiny:q8_0", framework: "llama.cpp", variant: "q8_0" }),
    metadata: {},
  });
async function read(events: readonly GenerateEvent[]): Promise<LanguageModelV4StreamPart[]> {
  const all: LanguageModelV4StreamPart[] = [];
  for await (const part of parts(events)) all.push(part);
  return all;
}
const summary = (all: readonly LanguageModelV4StreamPart[]) =>
  all.map((part) => ("id" in part && part.id !== undefined ? `${part.type} ${part.id}` : part.type));

test("blocks are closed before anything else begins, and each has an id of its own", async () => {
  const all = await read([
    start,
    { type: "reasoning", text: "Hm" },
    { type: "reasoning", text: "." },
    { type: "text", text: "A" },
    { type: "reasoning", text: "Wait." },
    { type: "text", text: "B" },
    { type: "tool-call-start", id: "c1", name: "look" },
    { type: "tool-call-delta", id: "c1", argumentsText: '{"at":1}' },
    { type: "tool-call", id: "c1", name: "look", arguments: { at: 1 } },
    finish("tool-calls"),
  ]);
  expect(summary(all)).toEqual([
    ...["stream-start", "response-metadata"],
    ...["reasoning-start reasoning-1", "reasoning-delta reasoning-1", "reasoning-delta reasoning-1", "reasoning-end reasoning-1"],
    ...["text-start text-2", "text-delta text-2", "text-end text-2"],
    ...["reasoning-start reasoning-3", "reasoning-delta reasoning-3", "reasoning-end reasoning-3"],
    ...["text-start text-4", "text-delta text-4", "text-end text-4"],
    ...["tool-input-start c1", "tool-input-delta c1", "tool-input-end c1", "tool-call", "finish"],
  ]);
  expect(all.at(-2)).toEqual({ type: "tool-call", toolCallId: "c1", toolName: "look", input: '{"at":1}' });
  expect(all.at(-1)).toMatchObject({ finishReason: { unified: "tool-calls", raw: "tool-calls" } });
});

test("a call that comes whole has its input all the same", async () => {
  const all = await read([start, { type: "tool-call", id: "c1", name: "look", arguments: { at: 1 } }, finish("tool-calls")]);
  expect(summary(all).slice(2, -1)).toEqual(["tool-input-start c1", "tool-input-delta c1", "tool-input-end c1", "tool-call"]);
});

test("who steps in before the first word is warned of at the start, and named", async () => {
  const all = await read([
    { type: "start", accelerator: "metal", warnings: [{ kind: "ignored-setting", setting: "maxTokens", message: "No limit here." }] },
    {
      type: "failover",
      framework: "llama.cpp",
      variant: "q8_0",
      accelerator: "cpu",
      warnings: [{ kind: "dropped-messages", message: "Two." }],
      reason: "It crashed.",
    },
    { type: "limit", tokensPerSecond: 5, reason: "the device is hot" },
    { type: "text", text: "Hi" },
    finish(),
  ]);
  expect(all[0]).toEqual({
    type: "stream-start",
    warnings: [
      { type: "unsupported", feature: "tools" },
      { type: "unsupported", feature: "maxOutputTokens", details: "No limit here." },
      { type: "other", message: "Two." },
      { type: "other", message: "It crashed." },
    ],
  });
  expect(all[1]).toEqual({ type: "response-metadata", modelId: "tiny:q8_0" });
  expect(all.at(-1)).toMatchObject({ providerMetadata: { tenfold: { framework: "llama.cpp", variant: "q8_0", accelerator: "cpu", timings } } });
});

test("usage tells what was cached, and no shares that nobody counted", async () => {
  const of = async (...events: GenerateEvent[]) => (await read([start, ...events, finish()])).at(-1);
  const inputTokens = { total: 10, noCache: 6, cacheRead: 4, cacheWrite: undefined };
  expect(await of({ type: "text", text: "Hi" })).toMatchObject({ usage: { inputTokens, outputTokens: { total: 6, text: 6, reasoning: 0 } } });
  const thought = await of({ type: "reasoning", text: "Hm" }, { type: "text", text: "Hi" });
  expect(thought).toMatchObject({ usage: { inputTokens, outputTokens: { total: 6, text: undefined, reasoning: undefined } } });
});

test("a whole answer has the same content", async () => {
  const result = await collectResult(
    parts([
      start,
      { type: "reasoning", text: "Hm" },
      { type: "reasoning", text: "." },
      { type: "text", text: "A" },
      { type: "tool-call", id: "c1", name: "look", arguments: {} },
      finish("tool-calls"),
    ]),
  );
  expect(result).toMatchObject({
    content: [
      { type: "reasoning", text: "Hm." },
      { type: "text", text: "A" },
      { type: "tool-call", toolCallId: "c1", toolName: "look", input: "{}" },
    ],
    response: { modelId: "tiny:q8_0" },
    warnings: [{ type: "unsupported", feature: "tools" }],
    finishReason: { unified: "tool-calls" },
  });
  await expect(collectResult(parts([start, { type: "text", text: "A" }]))).rejects.toMatchObject({ code: "generation-failed" });
});
