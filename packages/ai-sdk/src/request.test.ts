import { type LanguageModelV4CallOptions, type LanguageModelV4Prompt, UnsupportedFunctionalityError } from "@ai-sdk/provider";
import type { ModelCapabilities } from "@tenfold/core";
import { describe, expect, test } from "vitest";
import { toRequest } from "./request.ts";

const able: ModelCapabilities = {
  ...{ chat: true, tools: true, jsonSchema: true, reasoning: true, embeddings: false, vision: true, logProbabilities: true },
  ...{ parallel: 1, template: "tenfold" },
};
const unable: ModelCapabilities = { ...able, tools: false, jsonSchema: false, reasoning: false, vision: false };
const hello: LanguageModelV4Prompt = [{ role: "user", content: [{ type: "text", text: "Hello" }] }];
const build = (call: Partial<LanguageModelV4CallOptions>, capabilities = able, framework = "llama.cpp") =>
  toRequest({ prompt: hello, ...call }, { capabilities, framework });
const warned = (call: Partial<LanguageModelV4CallOptions>, capabilities = able) =>
  build(call, capabilities).warnings.map((warning) => [warning.type, "feature" in warning ? warning.feature : undefined]);
const cityTool = { type: "function", name: "get_weather", description: "Weather.", inputSchema: { type: "object", properties: {} } } as const;
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

describe("a call becomes a request", () => {
  test("with every setting in its place, and nothing that was not said", () => {
    expect(build({}).request).toEqual({ messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }], sampling: {} });
    const call = {
      ...{ temperature: 0.5, topK: 40, topP: 0.9, presencePenalty: 0.1, frequencyPenalty: 0.2, seed: 3, maxOutputTokens: 9, stopSequences: ["END"] },
      providerOptions: { tenfold: { minP: 0.1, repetitionPenalty: 1.1, cacheKey: "anna", priority: 2, logProbabilities: 1, reasoning: false } },
    };
    expect(build(call).request).toMatchObject({
      sampling: { temperature: 0.5, topK: 40, topP: 0.9, presencePenalty: 0.1, frequencyPenalty: 0.2, minP: 0.1, repetitionPenalty: 1.1 },
      ...{ seed: 3, maxTokens: 9, stop: ["END"], cacheKey: "anna", priority: 2, logProbabilities: 1, reasoning: false },
    });
  });

  test("with options for one framework over those for all", () => {
    const providerOptions = { tenfold: { minP: 0.1, cacheKey: "anna" }, "llama.cpp": { minP: 0.3 }, "onnx-runtime": { minP: 0.5 } };
    expect(build({ providerOptions }).request).toMatchObject({ sampling: { minP: 0.3 }, cacheKey: "anna" });
    expect(build({ providerOptions }, able, "onnx-runtime").request.sampling).toEqual({ minP: 0.5 });
    expect(build({ providerOptions: { openai: { anything: true } } }).request.sampling).toEqual({});
  });

  test.each([
    ["tenfold", { minp: 0.1 }, "minp"],
    ["llama.cpp", { logProbabilities: -1 }, "logProbabilities"],
    ["tenfold", { logitBias: { word: 1 } }, "logitBias"],
  ])("unless an option under %s is none: %j", (name, options, told) => {
    expect(() => build({ providerOptions: { [name]: options } as never })).toThrow(
      expect.objectContaining({ code: "invalid-input", message: expect.stringMatching(`providerOptions\\.${name}.*${told}`) }),
    );
  });

  test("with tools, a choice, and schemas without the bounds that zod gives integers", () => {
    const count = { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } as const;
    const inputSchema = { type: "object", properties: { count, age: { type: "integer", minimum: 0, maximum: 150 } } } as const;
    const call = { tools: [{ ...cityTool, inputSchema }], toolChoice: { type: "tool", toolName: "get_weather" } } as const;
    const properties = { count: { type: "integer" }, age: { type: "integer", minimum: 0, maximum: 150 } };
    expect(build({ ...call, tools: [...call.tools] }).request).toMatchObject({
      tools: [{ name: "get_weather", description: "Weather.", parameters: { type: "object", properties } }],
      toolChoice: { tool: "get_weather" },
    });
    const responseFormat = { type: "json", schema: { type: "object", properties: { count } } } as const;
    expect(build({ responseFormat }).request.responseFormat).toEqual({ type: "json", schema: { type: "object", properties: { count: { type: "integer" } } } });
  });
});

describe("messages", () => {
  const of = (prompt: LanguageModelV4Prompt, capabilities = able) => build({ prompt }, capabilities).request.messages;

  test("keep thoughts, calls and results in their order", () => {
    const result = (output: unknown) => ({ role: "tool", content: [{ type: "tool-result", toolCallId: "1", toolName: "look", output }] });
    const prompt = [
      { role: "system", content: "Be brief." },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm." },
          { type: "text", text: "I look." },
          { type: "tool-call", toolCallId: "1", toolName: "look", input: { at: "sky" } },
        ],
      },
      result({ type: "json", value: { colour: "blue" } }),
      result({ type: "error-text", value: "No sky." }),
      result({ type: "execution-denied", reason: "Not now." }),
      result({ type: "content", value: [{ type: "text", text: "blue" }] }),
    ] as LanguageModelV4Prompt;
    const told = (value: unknown) => ({ role: "tool", content: [{ type: "tool-result", id: "1", name: "look", result: value }] });
    expect(of(prompt)).toEqual([
      { role: "system", content: "Be brief." },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm." },
          { type: "text", text: "I look." },
          { type: "tool-call", id: "1", name: "look", arguments: { at: "sky" } },
        ],
      },
      told({ colour: "blue" }),
      told({ error: "No sky." }),
      told({ error: "The user did not allow this call: Not now." }),
      told("blue"),
    ]);
  });

  const withFile = (mediaType: string, data: unknown) => [{ role: "user", content: [{ type: "file", mediaType, data }] }] as LanguageModelV4Prompt;

  test("hold images for a model that sees, as bytes with their full type", () => {
    const image = { type: "image", bytes: png, mediaType: "image/png" };
    expect(of(withFile("image/*", { type: "data", data: png }))).toEqual([{ role: "user", content: [image] }]);
    expect(of(withFile("image", { type: "data", data: Buffer.from(png).toString("base64") }))).toEqual([{ role: "user", content: [image] }]);
  });

  test("hold text files as text for every model", () => {
    for (const data of [
      { type: "text", text: "Grüße" },
      { type: "data", data: new TextEncoder().encode("Grüße") },
    ])
      expect(of(withFile("text/plain", data), unable)).toEqual([{ role: "user", content: [{ type: "text", text: "Grüße" }] }]);
  });

  test.each([
    ["an image for a model that does not see", unable, withFile("image/png", { type: "data", data: png }), "vision"],
    ["a sound", able, withFile("audio/wav", { type: "data", data: png }), "images and text"],
    ["an address", able, withFile("image/png", { type: "url", url: new URL("https://example.org/a.png") }), "bytes"],
  ])("refuse %s", (_what, capabilities, prompt, words) => {
    expect(() => of(prompt, capabilities)).toThrow(
      expect.objectContaining({ name: "AI_UnsupportedFunctionalityError", message: expect.stringContaining(words) }),
    );
  });
});

describe("what a model cannot do is said", () => {
  test("of thinking harder, or at all", () => {
    expect([build({ reasoning: "none" }).request.reasoning, build({ reasoning: "low" }).request.reasoning]).toEqual([false, true]);
    expect(warned({ reasoning: "none" })).toEqual([]);
    expect(warned({ reasoning: "low" })).toEqual([["compatibility", "reasoning"]]);
    expect(warned({ reasoning: "low" }, unable)).toEqual([["unsupported", "reasoning"]]);
    expect(build({ reasoning: "none" }, unable).request).not.toHaveProperty("reasoning");
  });

  test("of tools: left out with a warning, refused where one must be called", () => {
    expect(warned({ tools: [cityTool] }, unable)).toEqual([["unsupported", "tools"]]);
    expect(build({ tools: [cityTool] }, unable).request).not.toHaveProperty("tools");
    expect(warned({ tools: [cityTool], toolChoice: { type: "none" } }, unable)).toEqual([]);
    expect(() => build({ tools: [cityTool], toolChoice: { type: "required" } }, unable)).toThrow(UnsupportedFunctionalityError);
    expect(warned({ tools: [{ type: "provider", id: "other.search", name: "search", args: {} }] })).toEqual([
      ["unsupported", "provider-defined tool other.search"],
    ]);
    expect(warned({ tools: [{ ...cityTool, inputExamples: [{ input: {} }] }] })).toEqual([["unsupported", "inputExamples"]]);
  });

  test("of JSON: the model is asked for it in words", () => {
    const responseFormat = { type: "json", schema: { type: "object", properties: { answer: { type: "string" } } } } as const;
    expect(warned({ responseFormat }, unable)).toEqual([["compatibility", "responseFormat"]]);
    const { request } = build({ responseFormat }, unable);
    expect(request).not.toHaveProperty("responseFormat");
    expect(request.messages[0]).toMatchObject({ role: "system", content: expect.stringContaining('"answer"') });
  });
});
