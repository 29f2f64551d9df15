import type { TokenizerDefinition, TokenizerSettings } from "../definition.ts";
import { invalidTokenizer, unsupportedTokenizer } from "../invalid-tokenizer.ts";
import { limits } from "../limits.ts";
import { isUtf8, readUtf8 } from "../text/utf8.ts";
import { readProtobuf } from "./protobuf.ts";
import { type Piece, pieceTypes, sentencePieceDefinition } from "./sentencepiece-definition.ts";

interface Trainer {
  algorithm: number;
  byteFallback: boolean;
  suffixSpace: boolean;
  ids: { unknown: number; bos: number; eos: number; pad: number };
}

/**
 * Reads SentencePiece's own model file, a protobuf message (sentencepiece_model.proto).
 * @throws TenfoldError `invalid-format` when it is none or is damaged, `unsupported-format` for models of words or characters.
 */
export function readSentencePiece(bytes: Uint8Array, given: TokenizerSettings = {}): TokenizerDefinition {
  const pieces: Piece[] = [];
  let trainer: Trainer | undefined;
  let normalizer = readNormalizer(new Uint8Array(0));
  for (const field of readProtobuf(bytes, "the SentencePiece model")) {
    if (field.number === 1) pieces.push(readPiece(field.bytes, pieces.length));
    if (field.number === 2) trainer = readTrainer(field.bytes);
    if (field.number === 3) normalizer = readNormalizer(field.bytes);
    if (pieces.length > limits.tokens) throw invalidTokenizer(`holds more than ${limits.tokens} tokens`, "the SentencePiece model");
  }
  if (!trainer || pieces.length === 0) throw invalidTokenizer("holds no vocabulary: it is no SentencePiece model, or is cut off", "the SentencePiece model");
  if (trainer.algorithm !== 1 && trainer.algorithm !== 2) throw unsupportedTokenizer("it is a SentencePiece model of whole words or single characters");
  if (trainer.suffixSpace) throw unsupportedTokenizer("it is a SentencePiece model that puts spaces behind words");
  const { ids } = trainer;
  const named = (id: number) => (id >= 0 ? pieces[id]?.text : undefined);
  const settings = Object.fromEntries(
    Object.entries({ bosToken: named(ids.bos), eosToken: named(ids.eos), padToken: named(ids.pad), unknownToken: named(ids.unknown) }).filter(
      ([, token]) => token !== undefined,
    ),
  );
  return sentencePieceDefinition({
    algorithm: trainer.algorithm === 2 ? "bpe" : "unigram",
    pieces,
    ...normalizer,
    // What T5 and its kin were trained with is an end; Llama, Gemma and Mistral a beginning.
    addBos: trainer.algorithm === 2,
    addEos: trainer.algorithm === 1,
    settings: { ...settings, ...given },
  });
}

function readPiece(bytes: Uint8Array, id: number): Piece {
  let text = "";
  let score = 0;
  let type = 1;
  for (const field of readProtobuf(bytes, `piece ${id}`)) {
    if (field.number === 1) {
      if (!isUtf8(field.bytes)) throw invalidTokenizer("is not UTF-8", `piece ${id}`);
      text = readUtf8(field.bytes);
    }
    if (field.number === 2) score = field.float;
    if (field.number === 3) type = field.value;
  }
  return { text, score, type: pieceTypes[type] ?? "none" };
}

function readTrainer(bytes: Uint8Array): Trainer {
  const trainer: Trainer = { algorithm: 1, byteFallback: false, suffixSpace: false, ids: { unknown: 0, bos: 1, eos: 2, pad: -1 } };
  // A negative id is written as an unsigned number of 64 bits.
  const id = (value: number) => (value < limits.tokens ? value : -1);
  for (const { number, value } of readProtobuf(bytes, "the trainer's part")) {
    if (number === 3) trainer.algorithm = value;
    if (number === 24) trainer.suffixSpace = value === 1;
    if (number === 35) trainer.byteFallback = value === 1;
    if (number === 40) trainer.ids.unknown = id(value);
    if (number === 41) trainer.ids.bos = id(value);
    if (number === 42) trainer.ids.eos = id(value);
    if (number === 43) trainer.ids.pad = id(value);
  }
  return trainer;
}

function readNormalizer(bytes: Uint8Array) {
  const normalizer = { charsmap: new Uint8Array(0) as Uint8Array, addDummyPrefix: true, removeExtraSpaces: true };
  for (const field of readProtobuf(bytes, "the normalizer's part")) {
    if (field.number === 2) normalizer.charsmap = field.bytes;
    if (field.number === 3) normalizer.addDummyPrefix = field.value === 1;
    if (field.number === 4) normalizer.removeExtraSpaces = field.value === 1;
  }
  return normalizer;
}
