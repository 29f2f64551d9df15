import { describe, expect, test } from "vitest";
import { assembleTokenizer } from "./assemble-tokenizer.ts";
import { readTokenizerJson } from "./sources/tokenizer-json.ts";

const model = { type: "BPE", vocab: { a: 0, b: 1, ab: 2, aba: 3 }, merges: [["a", "b"]] };

function make(parts: Record<string, unknown>) {
  return assembleTokenizer(readTokenizerJson(JSON.stringify({ model, ...parts })));
}

const nested = (depth: number, kind: string, list: string, inner: object): object =>
  depth === 0 ? inner : { type: "Sequence", [list]: [nested(depth - 1, kind, list, inner)] };

describe("a tokenizer.json that is none is refused, saying why", () => {
  test.each<[string, unknown]>([
    ["no JSON", '{"model": '],
    ["a list", "[]"],
    ["a number", "1"],
    ["no model", "{}"],
    ["a deeply nested nothing", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
  ])("%s", (_, text) => {
    expect(() => readTokenizerJson(String(text))).toThrow(expect.objectContaining({ name: "TenfoldError", code: "invalid-format" }));
  });

  test.each<[string, Record<string, unknown>]>([
    ["a vocabulary of texts", { model: { ...model, vocab: { a: "0" } } }],
    ["a vocabulary that is a list", { model: { ...model, vocab: ["a"] } }],
    ["an id below zero", { model: { ...model, vocab: { a: -1 } } }],
    ["an id beyond all bounds", { model: { ...model, vocab: { a: 2 ** 31 } } }],
    ["one id for two tokens", { model: { ...model, vocab: { a: 0, b: 0 }, merges: [] } }],
    ["a merge of three", { model: { ...model, merges: ["a b c"] } }],
    ["a merge of numbers", { model: { ...model, merges: [[0, 1]] } }],
    ["a merge to what is no token", { model: { ...model, merges: [["b", "b"]] } }],
    ["an unknown token that is not there", { model: { ...model, unk_token: "<unk>" } }],
    ["a unigram model without scores", { model: { type: "Unigram", vocab: [["a"]] } }],
    ["a unigram model whose unknown token is not there", { model: { type: "Unigram", vocab: [["a", 0]], unk_id: 7 } }],
    ["a unigram model with a token of a megabyte", { model: { type: "Unigram", vocab: [["a".repeat(1_000_000), 0]], unk_id: 0 } }],
    ["a WordPiece model with a token of a megabyte", { model: { type: "WordPiece", vocab: { "[UNK]": 0, ["a".repeat(1_000_000)]: 1 } } }],
    ["a step that is a text", { normalizer: "NFC" }],
    ["a step without a type", { pre_tokenizer: {} }],
    ["a Split that behaves strangely", { pre_tokenizer: { type: "Split", pattern: { String: "a" }, behavior: "Explode" } }],
    ["a pattern that is none", { pre_tokenizer: { type: "Split", pattern: {}, behavior: "Isolated" } }],
    ["sequences inside sequences", { normalizer: nested(40, "normalizer", "normalizers", { type: "NFC" }) }],
    ["more steps than anyone needs", { normalizer: { type: "Sequence", normalizers: Array.from({ length: 1000 }, () => ({ type: "NFC" })) } }],
    [
      "a template with a token that it does not define",
      { post_processor: { type: "TemplateProcessing", single: [{ SpecialToken: { id: "x" } }], special_tokens: {} } },
    ],
    ["a table of replacements that is cut off", { normalizer: { type: "Precompiled", precompiled_charsmap: "AAAA" } }],
    ["a table of replacements that is not base64", { normalizer: { type: "Precompiled", precompiled_charsmap: "?" } }],
    ["added tokens that are texts", { added_tokens: ["<s>"] }],
    ["a Metaspace of two characters", { pre_tokenizer: { type: "Metaspace", replacement: "ab" } }],
  ])("%s", (_, parts) => {
    expect(() => make(parts)).toThrow(expect.objectContaining({ name: "TenfoldError", code: "invalid-format" }));
  });

  test.each(["(", "a)", "[a", "*", "a{2,1}", "\\", "[b-a]", "(?:".repeat(100) + ")".repeat(100)])("the expression %j", (Regex) => {
    expect(() => make({ pre_tokenizer: { type: "Split", pattern: { Regex }, behavior: "Isolated" } })).toThrow(
      expect.objectContaining({ code: "invalid-format" }),
    );
  });
});

describe("what Tenfold does not know is named", () => {
  test.each<[string, Record<string, unknown>]>([
    ["a model", { model: { type: "Transformer", vocab: {} } }],
    ["a normalizer", { normalizer: { type: "Magic" } }],
    ["a pre-tokenizer", { pre_tokenizer: { type: "Magic" } }],
    ["a post-processor", { post_processor: { type: "Magic" } }],
    ["a decoder", { decoder: { type: "Magic" } }],
    ["a property", { pre_tokenizer: { type: "Split", pattern: { Regex: "\\p{Klingon}" }, behavior: "Isolated" } }],
    ["a back-reference", { pre_tokenizer: { type: "Split", pattern: { Regex: "(a)\\1" }, behavior: "Isolated" } }],
    ["a named group", { pre_tokenizer: { type: "Split", pattern: { Regex: "(?<x>a)" }, behavior: "Isolated" } }],
  ])("%s", (_, parts) => {
    expect(() => make(parts)).toThrow(expect.objectContaining({ code: "unsupported-format" }));
  });
});

describe("ends", () => {
  test("merges that lead in a circle", () => {
    const circle = make({
      model: {
        type: "BPE",
        vocab: { a: 0, b: 1, ab: 2, aba: 3, abab: 4 },
        merges: [
          ["a", "b"],
          ["ab", "a"],
          ["aba", "b"],
          ["ab", "ab"],
          ["a", "b"],
        ],
      },
    });
    expect(circle.decode(circle.encode("ab".repeat(10_000)))).toContain("a");
  });

  test.each(["(a+)+$", "(a|a)*b", "(a*)*b", "(?:a?){30}a{30}", "(.*)*x"])("with an error, the expression %j that would take for ever", (Regex) => {
    const tokenizer = make({ pre_tokenizer: { type: "Split", pattern: { Regex }, behavior: "Isolated" } });
    const encode = () => tokenizer.encode(`${"a".repeat(40)}!`);
    let error: unknown;
    try {
      encode();
    } catch (thrown) {
      error = thrown;
    }
    // Some of them are quick here; none may hang, and none may end in anything but this.
    if (error !== undefined) expect(error).toMatchObject({ name: "TenfoldError", code: "invalid-input" });
  });

  test("with an error, the expression (x+x+)+y on a text that never matches", () => {
    const tokenizer = make({ pre_tokenizer: { type: "Split", pattern: { Regex: "(x+x+)+y" }, behavior: "Isolated" } });
    expect(() => tokenizer.encode("x".repeat(60))).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });

  test("with an error, an expression that recurses through a long text", () => {
    const tokenizer = make({ pre_tokenizer: { type: "Split", pattern: { Regex: "(?:ab)+" }, behavior: "Isolated" } });
    expect(() => tokenizer.encode("ab".repeat(500_000))).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });

  test("a name that JavaScript keeps for itself is a token like any other", () => {
    const tokenizer = assembleTokenizer(
      readTokenizerJson(
        '{"model":{"type":"WordLevel","vocab":{"__proto__":0,"constructor":1,"u":2},"unk_token":"u"},"pre_tokenizer":{"type":"WhitespaceSplit"}}',
      ),
    );
    expect([...tokenizer.encode("__proto__ constructor toString")]).toEqual([0, 1, 2]);
  });
});
