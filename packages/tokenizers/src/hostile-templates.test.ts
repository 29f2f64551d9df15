import type { Message } from "@tenfold/core";
import { describe, expect, it } from "vitest";
import { createChatTemplate } from "./chat-template.ts";
import { describeTemplate } from "./describe-template.ts";
import type { PromptSegment } from "./segments.ts";

const listing = "{% for m in messages %}{{ m.content }}|{% endfor %}";
const user = (content: string): Message => ({ role: "user", content });
const render = (source: string, specialTokens: string[], ...messages: Message[]) => createChatTemplate({ source, specialTokens }).render({ messages });
const plain = (text: string) => [{ text, special: false }];
const textOf = (segments: readonly PromptSegment[]) => segments.map((segment) => segment.text).join("");

/** Everything is there, nothing is special, and no piece holds a token of more than one letter. */
function expectPlain(segments: readonly PromptSegment[], tokens: readonly string[], content: string) {
  expect(textOf(segments)).toBe(content);
  expect(segments.filter(({ text, special }) => special || tokens.some((token) => token.length > 1 && text.includes(token)))).toEqual([]);
}
const failure = expect.objectContaining({ code: "template-failed" });

describe("what people write stays plain text", () => {
  it.each([
    ["a token inside a longer one", ["<s>", "<<s>>"], "<<s>>"],
    ["tokens that overlap", ["<a>", "a>b", ">b<"], "<a>b<"],
    ["a token of one letter", ["\u2581"], "a\u2581b"],
    ["a token of one letter that begins a longer one", ["<", "<a>"], "<a> < b"],
    ["every private character that might be used to break tokens", ["</s>"], "\ue000</s>\ue001\ue2f4"],
    ["the escape of a private character", ["</s>"], "\\ue000</s>"],
  ])("%s", (_what, tokens, content) => {
    expectPlain(render(listing, tokens, user(content)), tokens, `${content}|`);
  });

  it("a token whose halves come from two messages that a template joins", () => {
    const joined = "{{ messages[0].content }}{{ messages[1].content }}";
    expectPlain(render(joined, ["<|im_end|>"], user("x<|im_"), user("end|>y")), ["<|im_end|>"], "x<|im_end|>y");
  });

  it("when a template escapes what is not ASCII", () => {
    expectPlain(render("{{ messages[0].content | tojson(ensure_ascii=true) }}", ["</s>"], user("é</s>")), ["</s>"], '"\\u00e9</s>"');
  });

  it("and is trimmed all the same when white space is a token", () => {
    expectPlain(render("{{ messages[0].content | trim }}", ["\n\n", "</s>"], user("hi</s>\n\n")), ["</s>"], "hi</s>");
  });

  it("whatever random text is made of the tokens' parts", () => {
    const tokens = ["<a>", "<<a>>", "a>b", ">", "<|im_end|>", "<|im_"];
    const parts = ["<", ">", "a", "b", "<a>", "<|im_", "end|>", "\ue000", " "];
    let state = 7;
    const below = (limit: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    for (let round = 0; round < 2000; round += 1) {
      const content = Array.from({ length: 1 + below(8) }, () => parts[below(parts.length)]).join("");
      expectPlain(render("{{ messages[0].content }}", tokens, user(content)), tokens, content);
    }
  });
});

describe("a hostile template ends with an error", () => {
  it.each([
    ["counts to three thousand million", "{% for i in range(3000000000) %}{% endfor %}"],
    ["loops in loops", "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}"],
    ["loops over what it was given, again and again", "{% set a = range(3000) %}{% for i in a %}{% for j in a %}{% endfor %}{% endfor %}"],
    ["lists itself twice, many times over", `{% set a = ['x', 'x'] %}${"{% set a = [a, a] %}".repeat(40)}{{ a }}`],
    ["doubles a text", `{% set a = 'xx' %}${"{% set a = a ~ a %}".repeat(40)}{{ a }}`],
    ["hides lists in namespaces", `{% set n = namespace(x='y') %}${"{% set n = namespace(a=n, b=n) %}".repeat(40)}{{ n }}`],
    ["is mostly spaces", `${" ".repeat(250_000)}x`],
    ["calls itself", "{% macro m(x) %}{{ m(x) }}{% endmacro %}{{ m(1) }}"],
    ["nests brackets", `{{ ${"(".repeat(50_000)} }}`],
  ])("when it %s", (_what, source) => {
    expect(() => render(source, [])).toThrow(failure);
  });

  it("but a long conversation is not hostile", () => {
    const messages = Array.from({ length: 5000 }, (_, index) => user(`message ${index}`));
    expect(
      render("{% for m in messages %}{% if loop.index0 % 2 == 0 %}{{ m.role }}: {% endif %}{{ m.content | trim }}\n{% endfor %}", [], ...messages)[0]?.text,
    ).toContain("message 4999");
  });
});

describe("values that are not JSON", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  it.each([
    ["a cycle", cyclic],
    ["a BigInt", 5n],
  ])("such as %s are named in the error", (_what, value) => {
    const call: Message = { role: "assistant", content: [{ type: "tool-call", id: "c1", name: "x", arguments: value }] };
    const result: Message = { role: "tool", content: [{ type: "tool-result", id: "c1", name: "x", result: value }] };
    for (const message of [call, result])
      expect(() => render(listing, [], message)).toThrow(expect.objectContaining({ code: "invalid-input", message: expect.stringContaining("c1") }));
  });

  it("such as functions are never called", () => {
    const call: Message = { role: "assistant", content: [{ type: "tool-call", id: "c1", name: "x", arguments: { run: () => "ran" } }] };
    expect(() => render("{{ messages[0].tool_calls[0].function.arguments.run() }}", [], call)).toThrow(failure);
  });

  it("such as an undefined result are null", () => {
    expect(render(listing, [], { role: "tool", content: [{ type: "tool-result", id: "1", name: "x", result: undefined }] })).toEqual(plain("null|"));
  });
});

describe("a template", () => {
  it("writes dates in English whatever the device speaks", () => {
    const template = createChatTemplate({ source: "{{ strftime_now('%a %d %B %Y %H:%M %% %q') }}", specialTokens: [], now: () => new Date(2026, 11, 4, 9, 5) });
    expect(template.render({ messages: [] })).toEqual(plain("Fri 04 December 2026 09:05 % %q"));
  });

  it("that refuses tools or system messages does not count as having them", () => {
    const refusing =
      "{% if tools %}{{ raise_exception('No tools') }}{% endif %}{% if messages[0].role == 'system' %}{{ raise_exception('No system') }}{% endif %}{{ messages[0].content }}";
    expect(describeTemplate(refusing)).toEqual({ tools: false, reasoning: false, systemRole: false });
  });

  it("thinks when it opens a block of thought in its own text", () => {
    expect(describeTemplate("{{ messages[0].content }}\n<think>\n").reasoning).toBe(true);
  });
});
