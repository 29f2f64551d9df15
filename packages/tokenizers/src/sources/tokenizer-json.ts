import type { AddedToken, BpeDefinition, ModelDefinition, TokenizerDefinition, TokenizerSettings } from "../definition.ts";
import { invalidTokenizer, shown, unsupportedTokenizer } from "../invalid-tokenizer.ts";
import { isObject, type JsonObject, parseJson, readArray, readBoolean, readObject, readOptionalString, readString, readWhole } from "../json-reader.ts";
import { limits } from "../limits.ts";
import { isByteLevel } from "../pre-tokenizers/create-pre-tokenizer.ts";
import { readOptionalStep } from "../steps.ts";
import { fromByteAlphabet } from "../text/byte-alphabet.ts";
import { createVocabularyBuilder, type Vocabulary } from "../vocabulary.ts";
import { readMerges } from "./read-merges.ts";

/**
 * Reads Hugging Face's tokenizer.json. Its own truncation and padding are left to `encode`'s options.
 * @throws TenfoldError `invalid-format` saying what is wrong, `unsupported-format` for what Tenfold does not know.
 */
export function readTokenizerJson(text: string, settings: TokenizerSettings = {}): TokenizerDefinition {
  const file = readObject(parseJson(text, "tokenizer.json"), "tokenizer.json");
  const normalizer = readOptionalStep(file.normalizer, "normalizer");
  const preTokenizer = readOptionalStep(file.pre_tokenizer, "pre-tokenizer");
  const postProcessor = readOptionalStep(file.post_processor, "post-processor");
  const decoder = readOptionalStep(file.decoder, "decoder");
  const model = readModel(readObject(file.model, "the model"), isByteLevel(preTokenizer));
  return {
    model,
    ...(normalizer ? { normalizer } : {}),
    ...(preTokenizer ? { preTokenizer } : {}),
    ...(postProcessor ? { postProcessor } : {}),
    ...(decoder ? { decoder } : {}),
    addedTokens: readAddedTokens(file.added_tokens),
    settings,
  };
}

function readAddedTokens(value: unknown): AddedToken[] {
  if (value === undefined || value === null) return [];
  const list = readArray(value, "added_tokens");
  if (list.length > limits.addedTokens) throw invalidTokenizer(`holds ${list.length} tokens; ${limits.addedTokens} is the most`, "added_tokens");
  return list.map((entry, index) => {
    const where = `added token ${index}`;
    const token = readObject(entry, where);
    return {
      id: readWhole(token.id, `the id of ${where}`, limits.tokens),
      content: readString(token.content, `the content of ${where}`),
      special: readBoolean(token.special, where, false),
      normalized: readBoolean(token.normalized, where, true),
      lstrip: readBoolean(token.lstrip, where, false),
      rstrip: readBoolean(token.rstrip, where, false),
      singleWord: readBoolean(token.single_word, where, false),
    };
  });
}

function readModel(model: JsonObject, byteLevel: boolean): ModelDefinition {
  // Old files do not name the model.
  const type = model.type ?? (Array.isArray(model.merges) ? "BPE" : Array.isArray(model.vocab) ? "Unigram" : "WordPiece");
  switch (type) {
    case "BPE":
      return readBpe(model, byteLevel);
    case "Unigram":
      return readUnigram(model);
    case "WordPiece":
      return {
        type: "WordPiece",
        vocabulary: readVocabulary(model.vocab).vocabulary,
        unknown: readString(model.unk_token ?? "[UNK]", "unk_token"),
        continuingPrefix: readString(model.continuing_subword_prefix ?? "##", "continuing_subword_prefix"),
        mostCharacters: readWhole(model.max_input_chars_per_word ?? 100, "max_input_chars_per_word", 2 ** 31 - 1),
      };
    case "WordLevel":
      return { type: "WordLevel", vocabulary: readVocabulary(model.vocab).vocabulary, unknown: readString(model.unk_token ?? "<unk>", "unk_token") };
    default:
      throw unsupportedTokenizer(`its model is ${shown(type)}`);
  }
}

interface NamedVocabulary {
  vocabulary: Vocabulary;
  ids: ReadonlyMap<string, number>;
  /** Tokens of a byte-level vocabulary that are not written in its alphabet. */
  textTokens: ReadonlySet<number>;
}

function readVocabulary(value: unknown, byteLevel = false): NamedVocabulary {
  const entries = Object.entries(readObject(value, "the vocabulary"));
  if (entries.length > limits.tokens) throw invalidTokenizer(`holds ${entries.length} tokens; ${limits.tokens} is the most`, "the vocabulary");
  const builder = createVocabularyBuilder(entries.length);
  const ids = new Map<string, number>();
  const textTokens = new Set<number>();
  for (const [token, value] of entries) {
    const id = readWhole(value, `the id of ${shown(token)}`, limits.tokens);
    const bytes = byteLevel ? fromByteAlphabet(token) : undefined;
    if (bytes) builder.addBytes(id, bytes);
    else builder.add(id, token);
    if (byteLevel && !bytes) textTokens.add(id);
    ids.set(token, id);
  }
  return { vocabulary: builder.build(), ids, textTokens };
}

function readBpe(model: JsonObject, byteLevel: boolean): BpeDefinition {
  const { vocabulary, ids, textTokens } = readVocabulary(model.vocab, byteLevel);
  const continuingPrefix = readOptionalString(model.continuing_subword_prefix, "continuing_subword_prefix") ?? "";
  const unknown = readOptionalString(model.unk_token, "unk_token");
  return {
    type: "BPE",
    vocabulary,
    merges: readMerges(readArray(model.merges ?? [], "the merges"), ids, continuingPrefix),
    byteLevel,
    ...(textTokens.size > 0 ? { textTokens } : {}),
    ...(unknown === undefined ? {} : { unknown }),
    byteFallback: readBoolean(model.byte_fallback, "byte_fallback", false),
    fuseUnknown: readBoolean(model.fuse_unk, "fuse_unk", false),
    ignoreMerges: readBoolean(model.ignore_merges, "ignore_merges", false),
    continuingPrefix,
    endOfWordSuffix: readOptionalString(model.end_of_word_suffix, "end_of_word_suffix") ?? "",
  };
}

function readUnigram(model: JsonObject): ModelDefinition {
  const list = readArray(model.vocab, "the vocabulary");
  if (list.length > limits.tokens) throw invalidTokenizer(`holds ${list.length} tokens; ${limits.tokens} is the most`, "the vocabulary");
  const builder = createVocabularyBuilder(list.length);
  const scores = new Float64Array(list.length);
  for (const [id, entry] of list.entries()) {
    const [token, score] = readArray(entry, `token ${id}`);
    builder.add(id, readString(token, `token ${id}`));
    if (typeof score !== "number") throw invalidTokenizer(`is ${shown(score)}, expected a number`, `the score of token ${id}`);
    scores[id] = score;
  }
  return {
    type: "Unigram",
    vocabulary: builder.build(),
    scores,
    ...(isObject(model) && typeof model.unk_id === "number" ? { unknownId: readWhole(model.unk_id, "unk_id", limits.tokens) } : {}),
    byteFallback: readBoolean(model.byte_fallback, "byte_fallback", false),
  };
}
