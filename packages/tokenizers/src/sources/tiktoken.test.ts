import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Tiktoken } from "tiktoken/lite";
import { describe, expect, test } from "vitest";
import { corpusLines, createRandom, generateText } from "../../test/corpus.ts";
import { modelFile } from "../../test/files.ts";
import { createTokenizer } from "../create-tokenizer.ts";
import { readTiktoken } from "./tiktoken.ts";

const require = createRequire(import.meta.url);

function ranksFile(name: string): string {
  return fileURLToPath(new URL(`../../node_modules/gpt-tokenizer/data/${name}.tiktoken`, import.meta.url));
}

describe("ranks of tiktoken", () => {
  test.each(["cl100k_base", "o200k_base"])("%s gives the ids that its own library gives", { timeout: 120_000 }, async (name) => {
    const tokenizer = await createTokenizer([modelFile(ranksFile(name))]);
    const encoder = require(`tiktoken/encoders/${name}.json`) as { bpe_ranks: string; special_tokens: Record<string, number>; pat_str: string };
    const library = new Tiktoken(encoder.bpe_ranks, encoder.special_tokens, encoder.pat_str);
    const random = createRandom(3);
    for (const text of [...corpusLines, ...Array.from({ length: 1000 }, () => generateText(random, Object.keys(encoder.special_tokens)))]) {
      const expected = library.encode(text, [], []).join();
      if (tokenizer.encode(text).join() !== expected) expect([text, tokenizer.encode(text).join()]).toEqual([text, expected]);
    }
    expect(Object.fromEntries(tokenizer.addedTokens.map(({ content, id }) => [content, id]))).toEqual(encoder.special_tokens);
    expect([...tokenizer.encode("a<|endoftext|>", { parseSpecial: true })]).toContain(encoder.special_tokens["<|endoftext|>"]);
    library.free();
  });

  test("that are not known need an expression", () => {
    const ranks = ["a", "b", "ab", " "].map((token, rank) => `${btoa(token)} ${rank}`).join("\n");
    expect(() => readTiktoken(ranks)).toThrow(expect.objectContaining({ code: "unsupported-format" }));
    expect(readTiktoken(ranks, {}, { pattern: "\\w+|\\s", specialTokens: { "<end>": 4 } }).addedTokens).toHaveLength(1);
  });

  test.each(["YQ== 0\nnot base64! 1", "YQ== x", "YQ== 0 1", "YQ== 0\nYg== 0", " 0"])("that are damaged are refused: %j", (text) => {
    expect(() => readTiktoken(text, {}, { pattern: "." })).toThrow(expect.objectContaining({ code: "invalid-format" }));
  });

  test("are read to the last line", () => {
    const lines = readFileSync(ranksFile("cl100k_base"), "utf8").trimEnd().split("\n");
    expect(readTiktoken(`${lines.join("\n")}\n`).model.vocabulary.size).toBe(lines.length);
  });
});
