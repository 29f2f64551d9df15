import type { Tool } from "@tenfold/core";
import { describe, expect, it } from "vitest";
import { type AnswerEvent, createAnswerParser, thinkTags } from "./answer-parser.ts";
import { gemmaTags, llamaTags, mistralTags, plainJsonCalls, type ToolCallStyle } from "./tool-call-styles.ts";

const tools: Tool[] = [
  { name: "get_weather", parameters: {} },
  { name: "get_time", parameters: {} },
];

/** Calls, text, and the code of what was thrown; joined, as pieces may be cut anywhere. */
function read(style: ToolCallStyle, pieces: readonly string[], truncated = false) {
  let count = 0;
  const createId = () => {
    count += 1;
    return String(count);
  };
  const parser = createAnswerParser({ toolCalls: { ...style, tools }, reasoning: thinkTags, stop: ["STOP"], createId });
  const events: AnswerEvent[] = [];
  let code: string | undefined;
  try {
    for (const piece of pieces) events.push(...parser.push(piece));
    events.push(...parser.end(truncated));
  } catch (error) {
    code = (error as { code: string }).code;
  }
  const calls = events.flatMap((event) => (event.type === "tool-call" ? [[event.name, event.arguments]] : []));
  const deltas = events.map((event) => (event.type === "tool-call-delta" ? event.argumentsText : "")).join("");
  const text = events.map((event) => (event.type === "text" ? event.text : "")).join("");
  return { calls, deltas, text, code, stopped: parser.stopped };
}

const paris = ["get_weather", { city: "Paris" }];
const rome = ["get_time", { city: "Rome" }];

const answers: [string, ToolCallStyle, string, Partial<ReturnType<typeof read>>][] = [
  ["Llama, bare", llamaTags, '{"name": "get_weather", "parameters": {"city": "Paris"}}', { calls: [paris], text: "", deltas: '{"city": "Paris"}' }],
  [
    "Llama, two",
    llamaTags,
    '{"name": "get_weather", "parameters": {"city": "Paris"}}; {"name": "get_time", "parameters": {"city": "Rome"}}',
    { calls: [paris, rome], text: "" },
  ],
  [
    "Llama, tagged, behind text",
    llamaTags,
    'Let me see.\n<|python_tag|>{"type": "function", "name": "get_time", "parameters": {"city": "Rome"}}',
    { calls: [rome], text: "Let me see." },
  ],
  ["Llama, behind thoughts", llamaTags, '<think>hm</think>\n\n{"name": "get_time", "parameters": {"city": "Rome"}}', { calls: [rome], text: "" }],
  ["Llama, JSON that calls nothing", llamaTags, ' {"city": "Paris"} it is.', { calls: [], text: ' {"city": "Paris"} it is.', code: undefined }],
  ["Llama, a tool that is none", llamaTags, '{"name": "Ada", "parameters": {}}', { calls: [], text: '{"name": "Ada", "parameters": {}}', code: undefined }],
  ["Llama, JSON behind text", llamaTags, 'It is {"name": "get_time"}', { calls: [], text: 'It is {"name": "get_time"}' }],
  ["Llama, braces", llamaTags, "{not JSON} STOP and on", { calls: [], text: "{not JSON} ", stopped: true }],
  ["Llama, malformed", llamaTags, '{"name": "get_time", "parameters": [1]}', { calls: [], code: "invalid-tool-call" }],
  [
    "Mistral, a list",
    mistralTags,
    'Well. [TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Paris"}}, {"name": "get_time", "arguments": {"city": "Rome"}}]',
    { calls: [paris, rome], text: "Well. " },
  ],
  [
    "Mistral, named",
    mistralTags,
    '[TOOL_CALLS]get_weather[ARGS]{"city": "Paris"}[TOOL_CALLS]get_time[CALL_ID]abc[ARGS] {"city": "Rome"}',
    { calls: [paris, rome], text: "", deltas: '{"city": "Paris"}{"city": "Rome"}' },
  ],
  ["Mistral, without its closing bracket", mistralTags, '[TOOL_CALLS][{"name": "get_time", "arguments": {"city": "Rome"}}', { calls: [rome], code: undefined }],
  ["Mistral, a tool that is none", mistralTags, "[TOOL_CALLS]rm[ARGS]{}", { calls: [], code: "invalid-tool-call" }],
  ["Mistral, no list", mistralTags, '[TOOL_CALLS][{"name": "get_time"} {', { code: "invalid-tool-call" }],
  ["Mistral, nothing", mistralTags, "[TOOL_CALLS]", { code: "invalid-tool-call" }],
  ["Mistral, arguments that are none", mistralTags, "[TOOL_CALLS]get_time[ARGS]{1}", { code: "invalid-tool-call" }],
  ["Gemma, fenced", gemmaTags, 'Sure:\n```json\n{"name": "get_weather", "parameters": {"city": "Paris"}}\n```\nDone.', { calls: [paris], text: "Sure:Done." }],
  [
    "Gemma, a fence that calls nothing",
    gemmaTags,
    'Sure:\n```json\n{"city": "Paris"}\n```\nDone.',
    { calls: [], text: 'Sure:\n```json\n{"city": "Paris"}\n```\nDone.', code: undefined },
  ],
  ["plain, bare", plainJsonCalls, '\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n', { calls: [paris] }],
  ["plain, text", plainJsonCalls, "Hello.\n", { calls: [], text: "Hello.\n" }],
  ["plain, only spaces", plainJsonCalls, " \n", { calls: [], text: " \n" }],
];

describe("tool calls", () => {
  it.each(answers)("of %s are read, in one piece as letter by letter", (_what, style, answer, expected) => {
    expect(read(style, [answer])).toMatchObject(expected);
    expect(read(style, [...answer])).toEqual(read(style, [answer]));
    for (let cut = 1; cut < answer.length; cut += 1) expect(read(style, [answer.slice(0, cut), answer.slice(cut)])).toEqual(read(style, [answer]));
  });

  it("that are cut off are no fault of the model, and JSON that is cut off is text", () => {
    expect(read(llamaTags, ['{"name": "get_time", "para'], true)).toMatchObject({ calls: [], text: "", code: undefined });
    expect(read(llamaTags, ['{"na'], true)).toMatchObject({ text: '{"na', code: undefined });
    expect(read(mistralTags, ["[TOOL_CALLS]get_ti"], true)).toMatchObject({ calls: [], text: "", code: undefined });
    expect(read(mistralTags, [`[TOOL_CALLS]${"x".repeat(2000)}`], true)).toMatchObject({ code: "invalid-tool-call" });
  });
});
