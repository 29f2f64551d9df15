import { joinBytes } from "@tenfold/catalog";
import type { Tokenizer } from "@tenfold/tokenizers";
import type { Vocabulary } from "../vocabulary.ts";

export interface AnswerVocabulary extends Vocabulary {
  /** The text of tokens in the middle of an answer. Tokens that steer the model have none. */
  decode(tokens: readonly number[]): string;
}

/**
 * A tokenizer as the token loop takes it.
 * @param tags what the model writes around thoughts and tool calls: as text, even where it is a token that steers.
 */
export function createAnswerVocabulary(tokenizer: Tokenizer, tags: readonly string[]): AnswerVocabulary {
  const written = new Set(tags.map((tag) => tokenizer.idOf(tag)));
  const special = new Set(tokenizer.addedTokens.filter((token) => token.special && !written.has(token.id)).map((token) => token.id));
  const spelled = new Map(tokenizer.addedTokens.map((token) => [token.id, new TextEncoder().encode(token.content)]));
  const bytesOf = (token: number) => (special.has(token) ? empty : (spelled.get(token) ?? tokenizer.bytesOf(token)));

  return {
    size: tokenizer.vocabularySize,
    bytesOf: (token) => spelled.get(token) ?? tokenizer.bytesOf(token),
    isSpecial: (token) => special.has(token),
    decode(tokens) {
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(joinBytes(tokens.map(bytesOf)));
    },
  };
}

const empty = new Uint8Array(0);
