import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fullTests } from "@tenfold/tooling/requirement";
import { describe, expect, test } from "vitest";
import { expectSameAsReference } from "../../test/compare.ts";
import { fixtures, modelFile } from "../../test/files.ts";
import { createReference } from "../../test/reference.ts";
import { createTokenizer } from "../create-tokenizer.ts";
import { writeTokenizerJson } from "../write-tokenizer-json.ts";
import { readSentencePiece } from "./sentencepiece.ts";

interface Golden {
  text: string;
  ids: number[];
  decoded: string;
}
const golden = JSON.parse(readFileSync(join(fixtures, "golden.json"), "utf8")) as Record<string, Golden[]>;

describe.each(Object.entries(golden))("the model %s", (name, cases) => {
  const path = join(fixtures, `${name}.model`);

  test("gives the ids and the text that the library gives", async () => {
    const tokenizer = await createTokenizer([modelFile(path)]);
    for (const { text, ids, decoded } of cases) {
      expect([text, ...tokenizer.encode(text)]).toEqual([text, ...ids]);
      if (!ids.includes(tokenizer.unknownToken?.id ?? -1)) expect(tokenizer.decode(ids)).toBe(decoded);
    }
  });

  test("written as tokenizer.json gives the same to the reference implementation", { timeout: 600_000 }, async () => {
    const tokenizer = await createTokenizer([modelFile(path)]);
    const written = createReference(writeTokenizerJson(tokenizer.definition ?? never()));
    await expectSameAsReference(tokenizer, written, { generated: fullTests ? 100_000 : 300 });
  });

  test("cut off anywhere is refused or still a vocabulary, and never hangs", () => {
    const bytes = readFileSync(path);
    for (let end = 0; end < bytes.length; end += Math.ceil(bytes.length / 97)) {
      try {
        expect(readSentencePiece(bytes.subarray(0, end)).model.vocabulary.size).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toMatchObject({ name: "TenfoldError", code: "invalid-format" });
      }
    }
  });
});

test("knows its special tokens by the numbers that the model gives", async () => {
  const tokenizer = await createTokenizer([modelFile(join(fixtures, "bpe.model"))]);
  expect(tokenizer).toMatchObject({ unknownToken: { id: 0 }, bosToken: { id: 1, content: "<s>" }, eosToken: { id: 2 }, padToken: { id: 3, content: "<pad>" } });
  expect([...tokenizer.encode("<s>x", { addSpecial: true })]).toEqual([1, ...tokenizer.encode("<s>x")]);
  expect([...tokenizer.encode("<s>")]).not.toContain(1);
});

function never(): never {
  throw new Error("no definition");
}
