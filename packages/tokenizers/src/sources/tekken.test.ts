import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Tiktoken } from "tiktoken/lite";
import { beforeAll, describe, expect, test } from "vitest";
import { corpusLines, createRandom, generateText } from "../../test/corpus.ts";
import { modelFile } from "../../test/files.ts";
import { createTokenizer } from "../create-tokenizer.ts";
import { readTekken } from "./tekken.ts";

const encoder = createRequire(import.meta.url)("tiktoken/encoders/cl100k_base.json") as { bpe_ranks: string; pat_str: string };
const ranks = readFileSync(fileURLToPath(new URL("../../node_modules/gpt-tokenizer/data/cl100k_base.tiktoken", import.meta.url)), "utf8")
  .trimEnd()
  .split("\n");
const specialCount = 1000;
const kept = 90_000;

/** A file of Mistral's kind over cl100k's ranks, more of them than count. */
const tekken = {
  config: {
    pattern: encoder.pat_str,
    num_vocab_tokens: ranks.length,
    default_vocab_size: kept + specialCount,
    default_num_special_tokens: specialCount,
    version: "v3",
  },
  vocab: ranks.map((line, rank) => ({ rank, token_bytes: line.split(" ")[0], token_str: null })),
};
const changed = (change: (file: { config: Record<string, unknown>; vocab: unknown[]; special_tokens?: unknown }) => void) => {
  const file = { config: { ...tekken.config }, vocab: tekken.vocab.slice(0, 300) };
  file.config.default_vocab_size = specialCount + 300;
  change(file);
  return JSON.stringify(file);
};

describe("Mistral's tekken.json", () => {
  let text: string;
  beforeAll(() => {
    text = JSON.stringify(tekken);
  });

  test("gives the ids of tiktoken over the ranks that count, after the special tokens", { timeout: 120_000 }, async () => {
    const tokenizer = await createTokenizer([modelFile("tekken.json", Buffer.from(text))]);
    const lines = encoder.bpe_ranks.split("\n");
    const library = new Tiktoken(lines.map((line) => firstRanks(line, kept)).join("\n"), {}, encoder.pat_str);
    const random = createRandom(4);
    for (const line of [...corpusLines, ...Array.from({ length: 500 }, () => generateText(random))]) {
      const expected = [...library.encode(line, [], [])].map((id) => id + specialCount);
      expect([line, ...tokenizer.encode(line)]).toEqual([line, ...expected]);
    }
    library.free();
    expect(tokenizer).toMatchObject({ vocabularySize: kept + specialCount, bosToken: { id: 1, content: "<s>" }, padToken: { id: 11 } });
    expect([...tokenizer.encode("[INST]", { parseSpecial: true, addSpecial: true })]).toEqual([1, 3]);
    expect([...tokenizer.encode("[INST]")]).not.toContain(3);
    expect(tokenizer.decode([1000 + 9906])).toBe("Hello");
  });

  test("may list its special tokens", () => {
    const file = changed((one) => {
      one.special_tokens = [{ rank: 7, token_str: "[THINK]", is_control: false }];
    });
    expect(readTekken(file).addedTokens.slice(6, 9)).toMatchObject([
      { content: "<SPECIAL_6>", special: true },
      { content: "[THINK]", special: false },
      { content: "<SPECIAL_8>", special: true },
    ]);
  });

  test.each<[string, string]>([
    ["is no JSON", "{"],
    ["is empty", "{}"],
    ["has too few tokens", changed(({ vocab }) => vocab.pop())],
    ["has tokens out of order", changed(({ vocab }) => vocab.reverse())],
    ["has a token that is no base64", changed(({ vocab }) => vocab.splice(5, 1, { rank: 5, token_bytes: "?" }))],
    ["has more special tokens than tokens", changed(({ config }) => Object.assign(config, { default_num_special_tokens: 99_999_999 }))],
    ["has no pattern", changed(({ config }) => Object.assign(config, { pattern: null }))],
    [
      "has a special token beyond them",
      changed((file) => {
        file.special_tokens = [{ rank: 1000, token_str: "x" }];
      }),
    ],
  ])("that %s is refused", (_what, file) => {
    expect(() => readTekken(file)).toThrow(expect.objectContaining({ code: "invalid-format" }));
  });
});

/** A line of tiktoken's own format, "! offset token token …", without the tokens past a rank. */
function firstRanks(line: string, count: number): string {
  const [mark, offset, ...tokens] = line.split(" ");
  return [mark, offset, ...tokens.slice(0, Math.max(0, count - Number(offset)))].join(" ");
}
