import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { corpusLines, createRandom, generateText } from "../../test/corpus.ts";
import { fixtures, modelFile } from "../../test/files.ts";
import { createTokenizer } from "../create-tokenizer.ts";
import { readLlama2c } from "./llama2c.ts";

/** Made of bpe.model by ExecuTorch's own exporter (pytorch-tokenizers 1.5.0). */
const bytes = readFileSync(join(fixtures, "bpe.bin"));
const file = modelFile("tokenizer.bin", bytes);

describe("ExecuTorch's tokenizer.bin", () => {
  test("gives the ids and the text of the SentencePiece model that it was made of", async () => {
    const tokenizer = await createTokenizer([file]);
    const model = await createTokenizer([modelFile(join(fixtures, "bpe.model"))]);
    const random = createRandom(11);
    for (const text of [...corpusLines, ...Array.from({ length: 500 }, () => generateText(random))]) {
      const ids = [...model.encode(text)];
      expect([text, ...tokenizer.encode(text)]).toEqual([text, ...ids]);
      expect(tokenizer.decode(ids)).toBe(model.decode(ids));
    }
    expect(tokenizer).toMatchObject({ bosToken: { id: 1 }, eosToken: { id: 2 }, unknownToken: { id: 0 }, vocabularySize: 1200 });
    expect([...tokenizer.encode("x", { addSpecial: true })]).toEqual([1, ...model.encode("x")]);
    expect([...tokenizer.encode("<s>")]).not.toContain(1);
  });

  test("may hold a SentencePiece model; what is neither is refused", async () => {
    const renamed = modelFile("tokenizer.bin", readFileSync(join(fixtures, "bpe.model")));
    expect((await createTokenizer([renamed])).encode("Hello")).toEqual((await createTokenizer([file])).encode("Hello"));
    for (const other of [new Uint8Array(0), new Uint8Array(4096), new Uint8Array(4096).fill(255), bytes.subarray(0, 20)]) {
      await expect(createTokenizer([modelFile("tokenizer.bin", Buffer.from(other))])).rejects.toMatchObject({ code: "invalid-format" });
    }
  });

  test("cut off anywhere is refused with the piece at which it ends", () => {
    for (let end = 0; end < bytes.length; end += 97) {
      expect(() => readLlama2c(bytes.subarray(0, end))).toThrow(expect.objectContaining({ code: "invalid-format" }));
    }
  });

  test.each([
    ["more pieces than there are", 0, 1201],
    ["more pieces than anybody has", 0, 0xffffffff],
    ["a longest piece that is shorter than one of them", 12, 1],
    ["a piece longer than the file", 20, 0x7fffffff],
  ])("that names %s is refused", (_what, at, value) => {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt32LE(value, at);
    expect(() => readLlama2c(damaged)).toThrow(expect.objectContaining({ code: "invalid-format" }));
  });
});
