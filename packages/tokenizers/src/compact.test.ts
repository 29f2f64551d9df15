import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { corpus } from "../test/corpus.ts";
import { fixtures, modelFile, tinyModelFile } from "../test/files.ts";
import { assembleTokenizer } from "./assemble-tokenizer.ts";
import { readCompact, writeCompact } from "./compact.ts";
import { createTokenizer, readTokenizer } from "./create-tokenizer.ts";

let compact: Uint8Array;
beforeAll(async () => {
  compact = writeCompact(await readTokenizer([modelFile(tinyModelFile("gguf/tenfold-tiny-q8_0.gguf"))]));
});

describe("the compact form", () => {
  test.each([tinyModelFile("hf/tokenizer.json"), tinyModelFile("encoder/hf/tokenizer.json"), `${fixtures}unigram.model`, `${fixtures}bpe.model`])(
    "of %s is the same tokenizer",
    async (path) => {
      const definition = await readTokenizer([modelFile(path)]);
      const again = await createTokenizer([modelFile("kept.tokenizer", writeCompact(definition))]);
      expect(again.encode(corpus, { parseSpecial: true })).toEqual(assembleTokenizer(definition).encode(corpus, { parseSpecial: true }));
      expect(again.addedTokens).toEqual(definition.addedTokens);
      // Written again from what was read, it is the same to the byte.
      expect(writeCompact(readCompact(writeCompact(definition)))).toEqual(writeCompact(definition));
    },
  );

  test("is read from any place in a buffer", () => {
    const moved = new Uint8Array(compact.length + 3);
    moved.set(compact, 3);
    expect(readCompact(moved.subarray(3)).model.vocabulary.size).toBe(1024);
  });

  test("with any byte changed is refused", () => {
    for (let at = 0; at < compact.length; at += 1 + Math.floor(compact.length / 500)) {
      const changed = compact.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      expect(() => readCompact(changed)).toThrow(expect.objectContaining({ code: "invalid-format" }));
    }
  });

  test("cut off anywhere is refused", () => {
    for (let end = 0; end < compact.length; end += 1 + Math.floor(compact.length / 200)) {
      expect(() => readCompact(compact.subarray(0, end))).toThrow(expect.objectContaining({ code: "invalid-format" }));
    }
  });

  test("of another kind of file is refused", () => {
    expect(() => readCompact(readFileSync(tinyModelFile("hf/tokenizer.json")).subarray(0, 4096))).toThrow(expect.objectContaining({ code: "invalid-format" }));
  });
});
