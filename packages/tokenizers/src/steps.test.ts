import { describe, expect, test } from "vitest";
import { expectSameAsReference } from "../test/compare.ts";
import { corpus } from "../test/corpus.ts";
import { createReference } from "../test/reference.ts";
import { assembleTokenizer } from "./assemble-tokenizer.ts";
import { readTokenizerJson } from "./sources/tokenizer-json.ts";

interface Parts {
  normalizer?: object;
  pre_tokenizer?: object;
  post_processor?: object;
  decoder?: object;
  model?: object;
  added_tokens?: readonly object[];
}

/** Most characters of the corpus are tokens, some are not, and some pairs merge. */
const characters = [...new Set(`▁ ${corpus.replace(/[\ud800-\udfff]/g, "")}`)].filter((_, index) => index % 9 !== 5);
const pairs = ["th", "he", "in", "▁t", "  ", "er", "aa", "'s", "的不", "12"].filter((pair) => [...pair].every((character) => characters.includes(character)));
const vocab = Object.fromEntries(["<unk>", ...characters, ...pairs].map((token, id) => [token, id]));
const bpe = { type: "BPE", vocab, merges: pairs.map((pair) => [...pair]), unk_token: "<unk>", fuse_unk: true };
const pieces = Object.keys(vocab).map((token, id) => [token, id === 0 ? 0 : -((id * 37) % 101) / 7 - 1 / (id + 1)]);
const unigram = { type: "Unigram", vocab: pieces, unk_id: 0, byte_fallback: false };

function file({ normalizer, pre_tokenizer, post_processor, decoder, model = bpe, added_tokens = [] }: Parts): string {
  return JSON.stringify({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens,
    normalizer: normalizer ?? null,
    pre_tokenizer: pre_tokenizer ?? null,
    post_processor: post_processor ?? null,
    decoder: decoder ?? { type: "Fuse" },
    model,
  });
}

async function expectSame(parts: Parts, generated = 150, ignoresOffsets = false): Promise<void> {
  const json = file(parts);
  await expectSameAsReference(assembleTokenizer(readTokenizerJson(json)), createReference(json), { generated, seed: 5, ignoresOffsets: () => ignoresOffsets });
}

const split = (Regex: string, behavior: string, invert = false) => ({ type: "Split", pattern: { Regex }, behavior, invert });
const sequence = (kind: string, ...steps: object[]) => ({ type: "Sequence", [kind]: steps });

describe("each normalizer does what the reference implementation's does", () => {
  test.each<[string, object]>([
    ["NFC", { type: "NFC" }],
    ["NFD", { type: "NFD" }],
    ["NFKC", { type: "NFKC" }],
    ["NFKD", { type: "NFKD" }],
    ["Lowercase", { type: "Lowercase" }],
    ["StripAccents behind NFD", sequence("normalizers", { type: "NFD" }, { type: "StripAccents" })],
    ["Strip", { type: "Strip", strip_left: true, strip_right: true }],
    ["Strip on the left", { type: "Strip", strip_left: true, strip_right: false }],
    ["Nmt", { type: "Nmt" }],
    ["Prepend", { type: "Prepend", prepend: "▁▁" }],
    ["Replace by something longer", { type: "Replace", pattern: { String: " " }, content: "▁▁" }],
    ["Replace by nothing", { type: "Replace", pattern: { String: "a" }, content: "" }],
    ["Replace of an expression", { type: "Replace", pattern: { Regex: "\\s{2,}|[aeiou]+" }, content: "▁" }],
    ["BertNormalizer", { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: false }],
    ["BertNormalizer with accents", { type: "BertNormalizer", clean_text: false, handle_chinese_chars: false, strip_accents: false, lowercase: true }],
  ])("%s", async (_, normalizer) => {
    await expectSame({ normalizer });
  });
});

describe("each pre-tokenizer cuts where the reference implementation's does", () => {
  test.each<[string, object]>([
    ["Whitespace", { type: "Whitespace" }],
    ["WhitespaceSplit", { type: "WhitespaceSplit" }],
    ["BertPreTokenizer", { type: "BertPreTokenizer" }],
    ["Punctuation", { type: "Punctuation", behavior: "Contiguous" }],
    ["Digits", { type: "Digits", individual_digits: false }],
    ["CharDelimiterSplit", { type: "CharDelimiterSplit", delimiter: "a" }],
    ["FixedLength", { type: "FixedLength", length: 3 }],
    ["Metaspace", { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true }],
    ["Metaspace at the beginning only", { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: false }],
    [
      "Metaspace behind WhitespaceSplit",
      sequence("pretokenizers", { type: "WhitespaceSplit" }, { type: "Metaspace", replacement: "▁", prepend_scheme: "always" }),
    ],
    ...["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"].flatMap<[string, object]>((behavior) => [
      [`Split, ${behavior}`, split("\\s|[a-e]", behavior)],
      [`Split of the rest, ${behavior}`, split("\\w+", behavior, true)],
    ]),
    ["Split at a text", { type: "Split", pattern: { String: "in" }, behavior: "MergedWithNext", invert: false }],
    ["Split with look-ahead, look-behind, lazy and possessive parts", split("(?<=a)\\w+?(?=\\W)|(?i:the)\\s++|x*+y|(?>ab?)b|^\\s|.$", "Isolated")],
    ["several in a row", sequence("pretokenizers", split("\\p{N}{1,2}", "Isolated"), { type: "Punctuation" }, split("\\p{Lu}", "MergedWithNext"))],
  ])("%s", async (_, pre_tokenizer) => {
    await expectSame({ pre_tokenizer });
  });
});

describe("each model makes the tokens that the reference implementation's makes", () => {
  test.each<[string, object]>([
    ["BPE with unknown characters one by one", { ...bpe, fuse_unk: false }],
    ["BPE without a token for the unknown", { ...bpe, unk_token: null, merges: [] }],
    [
      "BPE with a prefix and a suffix",
      {
        type: "BPE",
        unk_token: "<unk>",
        continuing_subword_prefix: "##",
        end_of_word_suffix: "</w>",
        vocab: { "<unk>": 0, a: 1, "##b": 2, "##b</w>": 3, ab: 4, "a</w>": 5, "ab</w>": 6, "##a": 7 },
        merges: [
          ["a", "##b"],
          ["a", "##b</w>"],
        ],
      },
    ],
    ["BPE that keeps words whole", { ...bpe, ignore_merges: true, vocab: { ...vocab, Zwölf: Object.keys(vocab).length } }],
    ["Unigram", unigram],
    ["WordLevel", { type: "WordLevel", vocab: { "<unk>": 0, the: 1, ",": 2, "。": 3 }, unk_token: "<unk>" }],
    [
      "WordPiece",
      {
        type: "WordPiece",
        vocab: { "[UNK]": 0, qu: 1, "##ick": 2, th: 3, "##e": 4, ...Object.fromEntries(characters.map((character, index) => [`##${character}`, 5 + index])) },
        unk_token: "[UNK]",
        continuing_subword_prefix: "##",
        max_input_chars_per_word: 12,
      },
    ],
  ])("%s", async (_, model) => {
    // What is dropped shifts offsets in the reference implementation; here they stay right.
    await expectSame({ model, pre_tokenizer: { type: "Whitespace" } }, 150, "unk_token" in model && model.unk_token === null);
  });
});

test("added tokens are found as the reference implementation finds them", async () => {
  const token = (content: string, settings: object) => ({
    id: 0,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: false,
    ...settings,
  });
  const added = [
    token("fox", { lstrip: true }),
    token("the", { single_word: true }),
    token("Ça", { normalized: true }),
    token("IN", { rstrip: true, special: true }),
    token("1234", {}),
    token("123", {}),
  ];
  await expectSame(
    { normalizer: { type: "Lowercase" }, added_tokens: added.map((entry, index) => ({ ...entry, id: Object.keys(vocab).length + index })) },
    400,
  );
});

describe("each decoder gives the text that the reference implementation's gives", () => {
  test.each<[string, object]>([
    ["Metaspace", { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true }],
    ["Metaspace that never prepends", { type: "Metaspace", replacement: "▁", prepend_scheme: "never", split: true }],
    ["WordPiece", { type: "WordPiece", prefix: "t", cleanup: true }],
    ["BPEDecoder", { type: "BPEDecoder", suffix: "e" }],
    [
      "Replace, Fuse and Strip",
      sequence(
        "decoders",
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: "T", start: 1, stop: 0 },
      ),
    ],
    ["Strip of each token", { type: "Strip", content: "a", start: 1, stop: 0 }],
    ["an expression over everything", sequence("decoders", { type: "Fuse" }, { type: "Replace", pattern: { Regex: "a+b?" }, content: "-" })],
    ["ByteLevel", { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true }],
  ])("%s", async (_, decoder) => {
    await expectSame({ decoder, pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always" } }, 80);
  });
});

test("what stands around a text is read from each kind of post-processor", () => {
  const around = (post_processor: object) => [...assembleTokenizer(readTokenizerJson(file({ post_processor }))).encode("a", { addSpecial: true })];
  const [a] = around({ type: "ByteLevel" });
  expect(around({ type: "BertProcessing", sep: ["x", 7], cls: ["y", 8] })).toEqual([8, a, 7]);
  expect(around({ type: "RobertaProcessing", sep: ["x", 7], cls: ["y", 8], trim_offsets: true, add_prefix_space: false })).toEqual([8, a, 7]);
  const template = (id: string, ids: number[]) => ({
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id, type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    pair: [],
    special_tokens: { [id]: { id, ids, tokens: [] } },
  });
  expect(around(sequence("processors", template("x", [1, 2]), template("y", [3])))).toEqual([3, 1, 2, a]);
});

test("spaces are left out of offsets where the post-processor says so", async () => {
  const bytes = Object.fromEntries(
    Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index))
      .concat("Ġ", "Ċ")
      .map((token, id) => [token, id]),
  );
  for (const add_prefix_space of [true, false]) {
    const byteLevel = { type: "ByteLevel", add_prefix_space, trim_offsets: true, use_regex: true };
    const json = file({
      model: {
        type: "BPE",
        vocab: { ...bytes, ĠĠ: 200, Ġa: 201, aĠ: 202 },
        merges: [
          ["Ġ", "Ġ"],
          ["Ġ", "a"],
          ["a", "Ġ"],
        ],
      },
      pre_tokenizer: byteLevel,
      post_processor: byteLevel,
      decoder: byteLevel,
    });
    const texts = ["a b  a   c", " a a", "   a\n a ", "a", ""];
    const expected = await createReference(json).encode(texts);
    const tokenizer = assembleTokenizer(readTokenizerJson(json));
    for (const [index, text] of texts.entries()) expect([...tokenizer.encodeWithOffsets(text).offsets]).toEqual(expected[index]?.offsets);
  }
});
