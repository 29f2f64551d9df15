import { describe, expect, it } from "vitest";
import { createPieceVocabulary, pieces } from "../../test/piece-vocabulary.ts";
import { randomAnswer } from "../../test/random-answer.ts";
import { createTinyLlama } from "../../test/tiny-llama.ts";
import { tinyEndToken, tinyPrompt } from "../../test/tiny-reference.ts";
import { createTinyVocabulary } from "../../test/tiny-vocabulary.ts";
import { createRandomNumbers } from "../loop/sampling/random-numbers.ts";
import { createTokenLoop } from "../loop/token-loop.ts";
import { thinkTags } from "../parse/answer-parser.ts";
import { gemmaTags, hermesTags, llamaTags, mistralTags, plainJsonCalls } from "../parse/tool-call-styles.ts";
import { type ConstraintSource, createConstraintCompiler } from "./create-constraint-compiler.ts";
import { complement, normalizedRanges } from "./expression.ts";
import { utf8Sequences } from "./utf8-sequences.ts";

const vocabulary = createPieceVocabulary();
const { compile } = createConstraintCompiler({ vocabulary, endTokens: [vocabulary.endToken] });

/** How far a text gets: "whole" where it may end, "part" where something must follow, "none" where it is refused. */
function reaches(source: ConstraintSource, text: string): "whole" | "part" | "none" {
  const matcher = compile(source).start();
  try {
    for (const byte of new TextEncoder().encode(text)) matcher.accept(byte);
  } catch {
    return "none";
  }
  return isAllowed(matcher.mask(), vocabulary.endToken) ? "whole" : "part";
}

function isAllowed(mask: Uint32Array | undefined, token: number): boolean {
  return mask === undefined || (((mask[token >> 5] ?? 0) >>> (token & 31)) & 1) === 1;
}

const pattern = (value: string): ConstraintSource => ({ type: "pattern", pattern: value });
const grammar = (value: string): ConstraintSource => ({ type: "grammar", grammar: value });

describe("UTF-8", () => {
  it("is written for exactly the characters of a range", () => {
    const random = createRandomNumbers(5);
    for (let round = 0; round < 60; round += 1) {
      const first = Math.floor(random() * ([0x100, 0x900, 0x10100, 0x110000][round % 4] ?? 0));
      const last = Math.min(0x10ffff, first + Math.floor(random() * ([300, 5000, 80_000, 200_000][round % 4] ?? 0)));
      const sequences = normalizedRanges([[first, last]]).flatMap(utf8Sequences);
      const matches = (bytes: Uint8Array) =>
        sequences.filter((one) => one.length === bytes.length && one.every(([from, to], index) => (bytes[index] ?? 0) >= from && (bytes[index] ?? 0) <= to))
          .length;
      for (const code of [first - 1, first, first + 1, last - 1, last, last + 1, ...Array.from({ length: 20 }, () => Math.floor(random() * 0x110000))]) {
        if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) continue;
        expect(matches(new TextEncoder().encode(String.fromCodePoint(code)))).toBe(code >= first && code <= last ? 1 : 0);
      }
    }
    expect(
      complement(
        complement([
          [5, 9],
          [7, 20],
        ]),
      ),
    ).toEqual([[5, 20]]);
  });
});

describe("a mask", () => {
  const sources: [string, ConstraintSource][] = [
    ["any JSON", { type: "json" }],
    [
      "a schema",
      {
        type: "json",
        schema: { type: "object", properties: { name: { type: "string" }, id: { type: "array", items: { enum: ["abc", 10] } } }, required: ["id"] },
      },
    ],
    ["a pattern", pattern('(?:"[^"]*"|[ab]+|\\d{2,4}|über?)*')],
    ["a grammar", grammar('root ::= "{" pair ("," pair)* "}" | list\npair ::= "\\"" [a-z]+ "\\":" root\nlist ::= "[" root? "]" | "10"')],
  ];

  it.each(sources)("of %s has exactly the tokens that are accepted next, whatever the borders they cross", (_what, source) => {
    const random = createRandomNumbers(9);
    const constraint = compile(source);
    let checked = 0;
    for (let round = 0; round < 40; round += 1) {
      const matcher = constraint.start();
      const before: number[] = [];
      for (let step = 0; step < 25; step += 1) {
        const mask = matcher.mask();
        const allowed: number[] = [];
        for (let token = 0; token < vocabulary.endToken; token += 1) {
          // Another matcher comes to the same place and tries.
          if (token < 256 && step % 5 !== 0) {
            if (isAllowed(mask, token)) allowed.push(token);
            continue;
          }
          const other = constraint.start();
          for (const one of before) other.accept(one);
          let accepted = true;
          try {
            other.accept(token);
          } catch {
            accepted = false;
          }
          expect([token, isAllowed(mask, token)]).toEqual([token, accepted]);
          checked += 1;
          if (accepted) allowed.push(token);
        }
        if (allowed.length === 0) break;
        const token = allowed[Math.floor(random() * allowed.length)] ?? 0;
        matcher.accept(token);
        before.push(token);
      }
    }
    expect(checked).toBeGreaterThan(40 * pieces.length);
  });

  it("never has special tokens, and refusing a token leaves the answer where it was", () => {
    const matcher = compile(pattern("ab")).start();
    expect(isAllowed(matcher.mask(), vocabulary.endToken)).toBe(false);
    expect(() => matcher.accept(vocabulary.endToken)).toThrow(expect.objectContaining({ code: "generation-failed" }));
    expect(() => matcher.accept("b".charCodeAt(0))).toThrow("does not follow");
    matcher.accept("a".charCodeAt(0));
    matcher.accept("b".charCodeAt(0));
    expect([matcher.isComplete(), isAllowed(matcher.mask(), vocabulary.endToken)]).toEqual([true, true]);
  });
});

describe("a compiler", () => {
  it("remembers the sources that were used last, whatever became of others", () => {
    const source = (value: number) => pattern(`a{${value}}`);
    const first = compile(source(1));
    for (let value = 2; value < 16; value += 1) compile(source(value));
    expect(compile(source(1))).toBe(first);
    const second = compile(source(2));
    for (let value = 20; value < 40; value += 1) compile(source(value));
    expect(compile(source(2))).not.toBe(second);
  });
});

describe("a pattern", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["a|bc", ["a", "bc"], ["b", "abc", ""]],
    ["^ab$", ["ab"], ["a"]],
    ["a{2}b{0,2}c{1,}", ["aac", "aabbcc"], ["ac", "aabbbc", "aa"]],
    ["[a-c\\d_-]+?", ["a-9_"], ["d", ""]],
    ["[^\\]]", ["a", "é", "😀"], ["]", "ab"]],
    [".", ["a", "日"], ["\n", ""]],
    ["\\u00fc\\x41\\u{1F600}\\.\\/", ["üA😀./"], ["uA"]],
    ["(?<year>\\d{4})(?:-(\\d\\d))?", ["2024", "2024-05"], ["2024-5"]],
    ["\\s\\S\\w\\W\\D", [" a_-x"], ["aaaaa"]],
    ["", [""], ["a"]],
    ["(a*)*b", ["b", "aaab"], ["aaa"]],
  ])("%s is followed as a JavaScript engine does", (source, whole, not) => {
    for (const text of [...whole, ...not]) expect(new RegExp(`^(?:${source})$`, "u").test(text)).toBe(whole.includes(text));
    for (const text of whole) expect([text, reaches(pattern(source), text)]).toEqual([text, "whole"]);
    for (const text of not) expect([text, reaches(pattern(source), text)]).not.toEqual([text, "whole"]);
  });

  it.each([
    "(a",
    "a)",
    "[a",
    "*a",
    "a**",
    "a{3,1}",
    "a{99999}",
    "\\1",
    "\\b",
    "\\p{L}",
    "(?=a)",
    "(?<!a)b",
    "a^b",
    "a$b",
    "(a$)",
    "[b-a]",
    "\\",
    "\\u12",
    "{",
    "(?<n",
  ])("that is none, or that is no regular language, is refused with the place: %s", (source) => {
    expect(() => compile(pattern(source))).toThrow(expect.objectContaining({ code: "unsupported-request", message: expect.stringContaining("pattern") }));
  });

  it("that is too long or nested too deep is refused", () => {
    expect(() => compile(pattern("a".repeat(20_000)))).toThrow("longer");
    expect(() => compile(pattern(`${"(".repeat(200)}a${")".repeat(200)}`))).toThrow("nested");
  });

  it("that makes other engines take for ever is followed in linear time, and one with too many states in bounded memory", () => {
    expect(reaches(pattern("(a+)+b"), "a".repeat(20_000))).toBe("part");
    expect(reaches(pattern("(?:a|a)*(?:a|a?)*c"), "a".repeat(5000))).toBe("part");
    expect(reaches(pattern("(?:a|b)*a(?:a|b){12}"), "ab".repeat(2000))).not.toBe("none");
    expect(() => compile(pattern("(?:(?:a{100}){100}){100}"))).toThrow("places");
  });
});

describe("a grammar", () => {
  const arithmetic = grammar(
    `# sums
    root ::= term (("+" | "-") term)*
    term ::= [0-9]{1,3} | "(" root ")" | name ;-free
    name ::= [a-z_] [^ +()-]*
    free ::= ""`.replace(" ;-free", ""),
  );

  it("is followed, nested as deep as the text is", () => {
    expect(reaches(arithmetic, "1+(22-x)+ab")).toBe("whole");
    expect(reaches(arithmetic, "1+(22-x")).toBe("part");
    expect(reaches(arithmetic, "1+)")).toBe("none");
    expect(reaches(arithmetic, `${"(".repeat(3000)}1${")".repeat(3000)}`)).toBe("whole");
  });

  it("reads escapes, classes and counts", () => {
    const source = grammar('root ::= "\\"\\n\\x41\\u00fc" . [^a-z\\]]+ "x"{2} ("y"?){1,2}');
    expect(reaches(source, '"\nAü.A]xx')).toBe("none");
    expect(reaches(source, '"\nAü.A1xxyy')).toBe("whole");
  });

  it("that lists without end keeps no stack", () => {
    expect(reaches(grammar('root ::= "a" root | "a"'), "a".repeat(30_000))).toBe("whole");
  });

  it.each([
    ["begins with itself", 'root ::= root "a" | "a"', "begins with itself"],
    ["begins with itself behind what may be empty", 'root ::= x root "a" | "a"\nx ::= "b"?', "begins with itself"],
    ["names a rule there is not", "root ::= other", '"other"'],
    ["has no root", 'a ::= "a"', '"root"'],
    ["has a rule twice", 'root ::= "a"\nroot ::= "b"', "line 2"],
    ["has a text without end", 'root ::= "a', "line 1"],
    ["has a group without end", 'root ::= ("a"', "does not end"],
    ["closes what is not open", 'root ::= "a")', "did not begin"],
    ["is nested too deep", `root ::= ${"(".repeat(500)}"a"${")".repeat(500)}`, "nested"],
    ["is no grammar", "hello", "a rule is expected"],
    ["repeats too often", 'root ::= "a"{99999}', "more than"],
  ])("that %s is refused with the reason", (_what, source, reason) => {
    expect(() => compile(grammar(source))).toThrow(expect.objectContaining({ code: "unsupported-request", message: expect.stringContaining(reason) }));
  });

  it("gives answers that follow it from random tokens", () => {
    const random = createRandomNumbers(1);
    const constraint = compile(arithmetic);
    let ended = 0;
    for (let round = 0; round < 100; round += 1) {
      const answer = randomAnswer(constraint, vocabulary, random, 200);
      if (answer === undefined) continue;
      ended += 1;
      expect(reaches(arithmetic, answer)).toBe("whole");
    }
    expect(ended).toBeGreaterThan(30);
  });
});

describe("the tiny model", () => {
  const tiny = createTinyVocabulary();
  const compiler = createConstraintCompiler({ vocabulary: tiny, endTokens: [tinyEndToken] });
  const loop = createTokenLoop({ model: createTinyLlama(), vocabulary: tiny, decode: tiny.decode, endTokens: [tinyEndToken], accelerator: "cpu" });
  const schema = { type: "object", properties: { city: { enum: ["Paris", "Rome"] }, sunny: { type: "boolean" } }, required: ["city", "sunny"] };

  async function answer(prompt: string, settings: Partial<Parameters<typeof loop.generate>[0]> = {}) {
    let text = "";
    let reasoning = "";
    for await (const event of loop.generate({ prompt: tinyPrompt(prompt).promptTokens, sampling: { temperature: 0 }, maxTokens: 120, ...settings })) {
      if (event.type === "text") text += event.text;
      if (event.type === "reasoning") reasoning += event.text;
    }
    return { text, reasoning };
  }

  it("answers with what the schema says, though it would not, and with its own JSON where the schema lets it", async () => {
    for (const seed of [1, 2, 3]) {
      const { text } = await answer("greeting", { constraint: compiler.compile({ type: "json", schema }), sampling: { temperature: 1.5 }, seed });
      expect(JSON.parse(text)).toMatchObject({ city: expect.stringMatching(/^(Paris|Rome)$/), sunny: expect.any(Boolean) });
    }
    const { text } = await answer("json-user", { constraint: compiler.compile({ type: "json" }) });
    expect(text).toBe(tinyPrompt("json-user").outputText);
  });

  it("calls a tool that it would not, with arguments of its schema, in each family's way", async () => {
    const tools = [
      { name: "get_time", parameters: { type: "object", properties: { city: { enum: ["Oslo", "Rome"] } }, required: ["city"] } },
      { name: "stop", parameters: {} },
    ];
    for (const style of [hermesTags, llamaTags, mistralTags, gemmaTags, plainJsonCalls]) {
      const constraint = compiler.compile({ type: "tool-calls", style, tools });
      const calls: unknown[] = [];
      const { promptTokens } = tinyPrompt("greeting");
      for await (const event of loop.generate({
        prompt: promptTokens,
        sampling: { temperature: 1 },
        seed: 4,
        maxTokens: 200,
        constraint,
        toolCalls: { ...style, tools },
      })) {
        if (event.type === "tool-call") calls.push([event.name, event.arguments]);
        if (event.type === "finish") expect(event.reason).toBe("tool-calls");
      }
      expect(calls.length).toBeGreaterThan(0);
      for (const call of calls)
        expect([
          ["get_time", { city: "Oslo" }],
          ["get_time", { city: "Rome" }],
          ["stop", {}],
        ]).toContainEqual(call);
    }
    expect(() => compiler.compile({ type: "tool-calls", style: hermesTags, tools: [] })).toThrow("no tools");
  });

  it("writes what it likes until it opens a call, which then follows its tool's schema, and is free again behind it", async () => {
    const tools = [{ name: "get_time", parameters: { type: "object", properties: { city: { enum: ["Oslo"] } }, required: ["city"] } }];
    const constraint = compiler.compile({ type: "opened-calls", style: hermesTags, tools });
    expect(await answer("greeting", { constraint })).toEqual(await answer("greeting"));
    const bytes = createConstraintCompiler({ vocabulary, endTokens: [vocabulary.endToken] }).compile({ type: "opened-calls", style: hermesTags, tools });
    const bytewise = bytes.start();
    const read = (text: string) => {
      for (const byte of new TextEncoder().encode(text)) bytewise.accept(byte);
      return bytewise.mask();
    };
    expect(read("Let me look: <tool_cal")).toBeUndefined();
    expect(isAllowed(read("l>"), "{".charCodeAt(0))).toBe(true);
    expect(isAllowed(read('{"name": "get_'), "x".charCodeAt(0))).toBe(false);
    expect(isAllowed(read('time", "arguments": {"city": "Os'), vocabulary.endToken)).toBe(false);
    expect(read('lo"}}</tool_call>')).toBeUndefined();
    expect(read("Done. <tool_call>")).toBeDefined();
    // What no mask could have kept out opens nothing.
    expect(read("?")).toBeUndefined();
    expect(bytewise.isComplete()).toBe(false);
    for (const seed of [1, 2, 3]) {
      const calls: unknown[] = [];
      const request = { constraint, toolCalls: { ...hermesTags, tools }, sampling: { temperature: 1.2 }, seed, maxTokens: 200 };
      for await (const event of loop.generate({ prompt: tinyPrompt("tool-call-time").promptTokens, ...request }))
        if (event.type === "tool-call") calls.push([event.name, event.arguments]);
      expect(calls).toEqual(calls.map(() => ["get_time", { city: "Oslo" }]));
      expect(calls.length).toBeGreaterThan(0);
    }
  });

  it("keeps the budget of thoughts that it opens itself, while its calls are watched", async () => {
    const tools = [{ name: "get_time", parameters: { type: "object", properties: { city: { enum: ["Oslo"] } } } }];
    const constraint = compiler.compile({ type: "opened-calls", style: hermesTags, tools });
    const reasoning = { ...thinkTags, budgetTokens: 3, closeTokens: [tiny.idOf("</think>")] };
    const free = await answer("tool-call-think", { reasoning: thinkTags });
    const kept = await answer("tool-call-think", { reasoning });
    expect(kept.reasoning.length).toBeLessThan(free.reasoning.length);
    expect((await answer("tool-call-think", { reasoning, constraint })).reasoning).toBe(kept.reasoning);
  });

  it("answers with JSON of the schema or calls a tool", async () => {
    const tools = [{ name: "get_time", parameters: { type: "object", properties: { city: { enum: ["Oslo"] } }, required: ["city"] } }];
    const source = { type: "json-or-calls", schema, style: hermesTags, tools } as const;
    for (const seed of [1, 2, 3, 4]) {
      const { text } = await answer("greeting", { constraint: compiler.compile(source), sampling: { temperature: 1.5 }, seed });
      const call = /^<tool_call>\n?(.*?)\n?<\/tool_call>$/s.exec(text)?.[1];
      expect(JSON.parse(call ?? text)).toMatchObject(call === undefined ? { sunny: expect.any(Boolean) } : { name: "get_time", arguments: { city: "Oslo" } });
    }
    const whole = '<tool_call>{"name": "get_time", "arguments": {"city": "Oslo"}}</tool_call>';
    expect([reaches(source, '{"city": "Rome", "sunny": true}'), reaches(source, whole), reaches(source, "Rome")]).toEqual(["whole", "whole", "none"]);
  });

  it("thinks freely before the constraint begins", async () => {
    const plain = await answer("think-json", { reasoning: thinkTags });
    const reasoning = { ...thinkTags, begin: [tiny.idOf("<think>")] };
    const held = await answer("think-json", { reasoning, constraint: compiler.compile({ type: "json", schema }) });
    expect(held.reasoning).toBe(plain.reasoning);
    expect(held.reasoning).not.toBe("");
    expect(Object.keys(JSON.parse(held.text) as object)).toEqual(["city", "sunny"]);
  });
});
