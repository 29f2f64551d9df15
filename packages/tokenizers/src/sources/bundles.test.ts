import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fixtures, folderFiles, modelFile, tinyModelFile } from "../../test/files.ts";
import { zipFile } from "../../test/zip-file.ts";
import { createTokenizer } from "../create-tokenizer.ts";
import { inflate } from "./inflate.ts";

const text = "Hello wörld, 12345! 你好";
const sentencePiece = readFileSync(`${fixtures}bpe.model`);
const json = readFileSync(tinyModelFile("hf/tokenizer.json"));

test("a .litertlm bundle holds the tokenizer that its model was made with", async () => {
  const bundled = await createTokenizer([modelFile(tinyModelFile("litertlm/tenfold-tiny-f16.litertlm"))]);
  const own = await createTokenizer(folderFiles(tinyModelFile("hf")));
  expect(bundled.encode(text)).toEqual(own.encode(text));
});

describe("a .task bundle", () => {
  test.each<[string, Record<string, { bytes: Uint8Array; packed?: boolean }>, number]>([
    ["with a SentencePiece model", { TF_LITE_PREFILL_DECODE: { bytes: Uint8Array.of(1) }, TOKENIZER_MODEL: { bytes: sentencePiece } }, 1200],
    ["with one that is packed", { TOKENIZER_MODEL: { bytes: sentencePiece, packed: true } }, 1200],
    ["with a tokenizer.json", { "tokenizer.json": { bytes: json } }, 1024],
  ])("%s", async (_, members, size) => {
    const tokenizer = await createTokenizer([modelFile("model.task", zipFile(members))]);
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    expect(tokenizer.vocabularySize).toBe(size);
  });

  test("without a tokenizer is refused", async () => {
    await expect(createTokenizer([modelFile("model.task", zipFile({ METADATA: { bytes: json } }))])).rejects.toMatchObject({ code: "invalid-format" });
  });

  test("cut off is refused", async () => {
    const bytes = zipFile({ TOKENIZER_MODEL: { bytes: sentencePiece } });
    await expect(createTokenizer([modelFile("model.task", bytes.subarray(0, bytes.length - 30))])).rejects.toMatchObject({ code: "invalid-format" });
  });
});

test("what unpacks to more than it may is refused while it is unpacked", async () => {
  const bomb = deflateRawSync(new Uint8Array(20_000_000));
  await expect(inflate(bomb, "deflate-raw", 1_000_000)).rejects.toMatchObject({ code: "invalid-format" });
  await expect(inflate(Uint8Array.of(7, 7, 7), "deflate-raw", 100)).rejects.toMatchObject({ code: "invalid-format" });
});
