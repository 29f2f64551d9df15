import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fullTests } from "@tenfold/tooling/requirement";
import { describe, expect, test } from "vitest";
import { expectSameAsReference } from "../test/compare.ts";
import { folderFiles, packagedTokenizer, tinyModelFile, tokenizerNames } from "../test/files.ts";
import { createReference } from "../test/reference.ts";
import { assembleTokenizer } from "./assemble-tokenizer.ts";
import { readCompact, writeCompact } from "./compact.ts";
import { createTokenizer } from "./create-tokenizer.ts";
import { writeTokenizerJson } from "./write-tokenizer-json.ts";

const generated = fullTests ? 100_000 : 200;
const timeoutMs = fullTests ? 3_600_000 : 120_000;
const folders: Record<string, string> = { "tenfold-tiny": tinyModelFile("hf"), "tenfold-tiny's encoder": tinyModelFile("encoder/hf") };
for (const name of tokenizerNames) folders[name] = packagedTokenizer(name);

describe("ids, offsets and text are those of the reference implementation", () => {
  test.each(Object.entries(folders))("%s", { timeout: timeoutMs }, async (_, folder) => {
    const tokenizer = await createTokenizer(folderFiles(folder));
    const json = readFileSync(join(folder, "tokenizer.json"), "utf8");
    await expectSameAsReference(tokenizer, createReference(json), { generated });
  });
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
