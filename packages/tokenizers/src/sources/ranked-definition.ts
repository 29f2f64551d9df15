import type { AddedToken, TokenizerDefinition, TokenizerSettings } from "../definition.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { byteLevelStep } from "./gguf-pre-tokenizers.ts";
import { mergesFromRanks } from "./merges-from-ranks.ts";

/** The tokenizer of a byte-level vocabulary whose ids are ranks: the lower, the sooner two tokens become that one. */
export function rankedDefinition(
  vocabulary: Vocabulary,
  pattern: string,
  addedTokens: readonly AddedToken[],
  settings: TokenizerSettings,
): TokenizerDefinition {
  return {
    model: {
      type: "BPE",
      vocabulary,
      merges: mergesFromRanks(vocabulary, (id) => (vocabulary.offsets[id] === vocabulary.offsets[id + 1] ? -1 : id), "byte"),
      byteLevel: true,
      byteFallback: false,
      fuseUnknown: false,
      ignoreMerges: true,
      continuingPrefix: "",
      endOfWordSuffix: "",
    },
    preTokenizer: byteLevelStep([pattern]),
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    addedTokens: [...addedTokens],
    settings,
  };
}
