import type { Tool } from "@tenfold/core";
import { describe, expect, it } from "vitest";
import { type AnswerEvent, type AnswerParserOptions, createAnswerParser, thinkTags } from "./answer-parser.ts";
import { createTokenText } from "./token-text.ts";
import { hermesTags } from "./tool-call-styles.ts";

const tools: Tool[] = [
  { name: "get_weather", parameters: {} },
  { name: "note", parameters: {} },
];
const withTools: AnswerParserOptions = { toolCalls: { ...hermesTags, tools }, createId: () => "1" };

/** What came, joined by kind, and the code of what was thrown. */
function outcome(pieces: readonly string[], options: AnswerParserOptions = withTools) {
  const parser = createAnswerParser(options);
  const events: AnswerEvent[] = [];
  let code: string | undefined;
  try {
    for (const piece of pieces) events.push(...parser.push(piece));
    events.push(...parser.end(false));
  } catch (error) {
    code = (error as { code: string }).code;
  }
  const joined = (type: AnswerEvent["type"]) =>
    events
      .map((event) => (event.type !== type ? "" : "text" in event ? event.text : "argumentsText" in event ? event.argumentsText : JSON.stringify(event)))
      .join("");
  return {
    code,
    text: joined("text"),
    reasoning: joined("reasoning"),
    starts: joined("tool-call-start"),
    argumentsText: joined("tool-call-delta"),
    calls: joined("tool-call"),
  };
}

const call = (json: string) => `<tool_call>\n${json}\n</tool_call>`;

describe("a tool call", () => {
  it("may hold its own closing tag in an argument", () => {
    const json = '{"name": "note", "arguments": {"text": "ends with </tool_call> here"}}';
    for (const pieces of [[call(json)], [...call(json)]])
      expect(outcome(pieces)).toMatchObject({ argumentsText: '{"text": "ends with </tool_call> here"}', code: undefined });
  });

  it.each([
    ["a second name", '{"name": "note", "arguments": {}, "name": "delete_everything"}'],
    ["a second name spelled with an escape", '{"name": "note", "arguments": {}, "n\\u0061me": "delete_everything"}'],
    ["arguments twice", '{"name": "note", "arguments": {}, "arguments": {"a": 1}}'],
    ["arguments that are a list", '{"name": "note", "arguments": [1]}'],
    ["arguments that are text and no JSON", '{"name": "note", "arguments": "soon"}'],
    ["brackets that do not match", '{"name": "note", "arguments": {"a": [1}]}'],
    ["a line break in a string", '{"name": "note", "arguments": {"a": "\n"}}'],
    ["two objects", '{"name": "note"}{"name": "note"}'],
  ])("with %s is refused, in one piece as in many", (_what, json) => {
    expect(outcome([call(json)])).toMatchObject({ code: "invalid-tool-call", calls: "" });
    expect(outcome([...call(json)])).toEqual(outcome([call(json)]));
  });

  it("that is refused does not take the text before it along", () => {
    expect(outcome(["Sure. <tool_call>nonsense"])).toMatchObject({ text: "Sure. ", code: "invalid-tool-call" });
  });

  it("hands its arguments out letter by letter, as JSON text", () => {
    expect(outcome([...call('{"name": "note", "arguments": {"a": [1, {"b": "\\"}"}]}, "more": -1.5e3}')])).toMatchObject({
      argumentsText: '{"a": [1, {"b": "\\"}"}]}',
      code: undefined,
    });
    expect(outcome([call('{"name": "note"}')])).toMatchObject({ argumentsText: "{}" });
    expect(outcome([call('{"name": "note", "arguments": "{\\"a\\": 1}"}')])).toMatchObject({ argumentsText: '{"a": 1}' });
  });

  it("of a million characters is refused at its limit, not copied over and over", () => {
    const parser = createAnswerParser(withTools);
    parser.push('<tool_call>{"name": "note", "arguments": {"t": "');
    expect(() => {
      for (let index = 0; index <= 1024 * 1024; index += 1) parser.push("x");
      parser.end(false);
    }).toThrow(expect.objectContaining({ code: "invalid-tool-call" }));
  });
});

describe("stop strings", () => {
  it.each(["\n\n", "\n"])("of line breaks do not end an answer that has only finished thinking (%j)", (stop) => {
    const text = `<think>\nhm\n</think>\n\nHello${stop}Bye`;
    for (const pieces of [[text], [...text]]) expect(outcome(pieces, { stop: [stop], reasoning: thinkTags })).toMatchObject({ reasoning: "hm", text: "Hello" });
  });

  it("of line breaks do not end an answer between two tool calls", () => {
    const text = `${call('{"name": "note"}')}\n\n${call('{"name": "get_weather"}')}`;
    expect(outcome([...text], { ...withTools, stop: ["\n\n"] }).calls).toContain("get_weather");
  });
});

describe("line breaks without end", () => {
  it("wait without being read again and again", () => {
    const parser = createAnswerParser({});
    for (let index = 0; index < 300_000; index += 1) parser.push("\n");
    expect(parser.end(false)).toEqual([{ type: "text", text: "\n".repeat(300_000) }]);
  });
});

describe("text from tokens", () => {
  const decode = (tokens: readonly number[]) => new TextDecoder().decode(Uint8Array.from(tokens));
  const read = (bytes: readonly number[]) => {
    const stream = createTokenText(decode);
    return bytes.map((byte) => stream.push(byte)).join("") + stream.end();
  };

  it("keeps a character whole that follows a byte which is none", () => {
    expect(read([0xff, 0xf0, 0x9f, 0x98, 0x80, 0x41])).toBe("\ufffd😀A");
    expect(read([0xff, 0xff, 0xff, 0xe6, 0xbc, 0xa2])).toBe("\ufffd\ufffd\ufffd漢");
  });
});
