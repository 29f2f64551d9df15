import type { Tool } from "@tenfold/core";
import { describe, expect, it } from "vitest";
import { type AnswerEvent, type AnswerParserOptions, createAnswerParser, thinkTags } from "./answer-parser.ts";
import { hermesTags } from "./tool-call-styles.ts";

const tools: Tool[] = [
  { name: "get_weather", parameters: { type: "object" } },
  { name: "get_time", parameters: { type: "object" } },
];
const everything: AnswerParserOptions = { stop: ["STOP", "\n\nUser:"], reasoning: thinkTags, toolCalls: { ...hermesTags, tools } };

/** Joins neighbouring pieces, which may be cut anywhere. */
function joined(events: readonly AnswerEvent[]): AnswerEvent[] {
  const result: AnswerEvent[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (last?.type === "text" && event.type === "text") result[result.length - 1] = { ...last, text: last.text + event.text };
    else if (last?.type === "reasoning" && event.type === "reasoning") result[result.length - 1] = { ...last, text: last.text + event.text };
    else if (last?.type === "tool-call-delta" && event.type === "tool-call-delta")
      result[result.length - 1] = { ...last, argumentsText: last.argumentsText + event.argumentsText };
    else result.push(event);
  }
  return result;
}

function read(pieces: readonly string[], options: AnswerParserOptions = everything, truncated = false) {
  let count = 0;
  const parser = createAnswerParser({
    createId: () => {
      count += 1;
      return `call-${count}`;
    },
    ...options,
  });
  const events = pieces.flatMap((piece) => parser.push(piece));
  events.push(...parser.end(truncated));
  return { events: joined(events), stopped: parser.stopped, sawToolCall: parser.sawToolCall };
}

/** Numbers that are the same in every run. */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function cutAnywhere(text: string, below: (limit: number) => number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + below(6);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

const call = (name: string, city: string) => `<tool_call>\n{"name": "${name}", "arguments": {"city": "${city}"}}\n</tool_call>`;

describe("an answer", () => {
  it("of plain text is passed on as it is", () => {
    expect(read(["\nHello", " there.\n"]).events).toEqual([{ type: "text", text: "\nHello there.\n" }]);
  });

  it("ends before a stop string, also one that comes in pieces", () => {
    for (const pieces of [["one STOP two"], ["one S", "TO", "P two"], [..."one STOP two"]]) {
      expect(read(pieces)).toMatchObject({ events: [{ type: "text", text: "one " }], stopped: true });
    }
  });

  it("gives back what only looked like the beginning of a stop string", () => {
    expect(read(["one STO", "RM S", "TO"])).toMatchObject({ events: [{ type: "text", text: "one STORM STO" }], stopped: false });
  });

  it("keeps the line breaks before a stop string, for they are text", () => {
    expect(read(["one\n", "STOP"]).events).toEqual([{ type: "text", text: "one\n" }]);
  });

  it("ends at the stop string that is complete first", () => {
    expect(read(["xabc"], { stop: ["xabc", "ab"] }).events).toEqual([{ type: "text", text: "x" }]);
    expect(read(["xab", "c"], { stop: ["xabc", "ab"] }).events).toEqual([{ type: "text", text: "x" }]);
  });

  it("has its thoughts apart from its text, without the line breaks at the tags", () => {
    expect(read(["<think>\nHm.\nYes.\n</think>\n\nIt is 4."]).events).toEqual([
      { type: "reasoning", text: "Hm.\nYes." },
      { type: "text", text: "It is 4." },
    ]);
  });

  it("may begin inside thoughts that the prompt opened", () => {
    expect(read(["Hm.</think>4"], { reasoning: { ...thinkTags, startsInside: true } }).events).toEqual([
      { type: "reasoning", text: "Hm." },
      { type: "text", text: "4" },
    ]);
  });

  it("is not stopped by what it thinks or passes to a tool", () => {
    const events = read([`<think>STOP</think>${call("get_time", "STOP")}`]);
    expect(events.stopped).toBe(false);
    expect(events.events).toMatchObject([
      { type: "reasoning", text: "STOP" },
      { type: "tool-call-start" },
      { type: "tool-call-delta" },
      { type: "tool-call", arguments: { city: "STOP" } },
    ]);
  });

  it("holds tool calls: first the name, then the arguments as they come, then the whole", () => {
    expect(read([`Let me see.\n${call("get_weather", "Paris")}\n`])).toEqual({
      events: [
        { type: "text", text: "Let me see." },
        { type: "tool-call-start", id: "call-1", name: "get_weather" },
        { type: "tool-call-delta", id: "call-1", argumentsText: '{"city": "Paris"}' },
        { type: "tool-call", id: "call-1", name: "get_weather", arguments: { city: "Paris" } },
      ],
      stopped: false,
      sawToolCall: true,
    });
  });

  it("may call several tools", () => {
    const { events } = read([`${call("get_weather", "Rome")}\n${call("get_time", "Oslo")}`]);
    expect(events.filter(({ type }) => type === "tool-call")).toMatchObject([
      { id: "call-1", name: "get_weather", arguments: { city: "Rome" } },
      { id: "call-2", name: "get_time", arguments: { city: "Oslo" } },
    ]);
  });

  it("may name the arguments before the tool, or leave them out, or write them as text", () => {
    const wrap = (json: string) => read([`<tool_call>${json}</tool_call>`]).events.at(-1);
    expect(wrap('{"arguments": {"city": "}\\"{"}, "name": "get_time"}')).toMatchObject({ name: "get_time", arguments: { city: '}"{' } });
    expect(wrap('{"name": "get_time"}')).toMatchObject({ name: "get_time", arguments: {} });
    expect(wrap('{"name": "get_time", "arguments": "{\\"city\\": \\"Oslo\\"}"}')).toMatchObject({ arguments: { city: "Oslo" } });
  });

  it.each([
    ["is no JSON", "<tool_call>what?</tool_call>"],
    ["is cut in the middle by its closing tag", '<tool_call>{"name": "get_time", "arguments": {</tool_call>'],
    ["names no tool", '<tool_call>{"arguments": {}}</tool_call>'],
    ["names a tool that is none", '<tool_call>{"name": "rm", "arguments": {}}</tool_call>'],
    ["has a number for a name", '<tool_call>{"name": 3, "arguments": {}}</tool_call>'],
    ["goes on behind its end", '<tool_call>{"name": "get_time", "arguments": {}} and more</tool_call>'],
    ["nests without end", `<tool_call>{"name": "get_time", "arguments": ${"[".repeat(1000)}</tool_call>`],
    ["has a comma too many", '<tool_call>{"name": "get_time", "arguments": {},}</tool_call>'],
    ["is never closed", '<tool_call>{"name": "get_time"'],
  ])("with a tool call that %s fails in words for the model", (_what, text) => {
    expect(() => read([text])).toThrow(expect.objectContaining({ code: "invalid-tool-call" }));
    expect(() => read([...text])).toThrow(expect.objectContaining({ code: "invalid-tool-call" }));
  });

  it("that was cut off inside a tool call is no fault of the model", () => {
    expect(read(['<tool_call>{"name": "get_time", "argu'], everything, true)).toMatchObject({
      sawToolCall: false,
      events: [{ type: "tool-call-start", name: "get_time" }],
    });
  });

  it("accepts a complete tool call that the model ended without closing the tag", () => {
    expect(read(['<tool_call>{"name": "get_time", "arguments": {}}']).sawToolCall).toBe(true);
  });

  it("shows tags as text where nobody asked for tools or thoughts", () => {
    const text = `<think>a</think>${call("get_time", "Oslo")}`;
    expect(read([text], {}).events).toEqual([{ type: "text", text }]);
  });

  it("is the same however the text is cut", () => {
    const below = random(42);
    const parts = [
      "Hello",
      "\n",
      " STO",
      "<think>",
      "</think>",
      "\nhm\n",
      call("get_time", "Os<lo>"),
      "<tool",
      "<",
      "a < b",
      call("get_weather", "{[\\\\]}"),
      "\n\nUser",
      "é😀",
      "ST",
    ];
    for (let round = 0; round < 1500; round += 1) {
      const text = Array.from({ length: 1 + below(8) }, () => parts[below(parts.length)]).join("");
      const outcome = (pieces: readonly string[]) => {
        try {
          return read(pieces, everything, true);
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      expect(outcome(cutAnywhere(text, below))).toEqual(outcome([text]));
    }
  });
});
