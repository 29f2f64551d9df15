import type { Tokenizer } from "@tenfold/tokenizers";

export interface TokenLimit {
  readonly reached: boolean;
  /** What of a piece of text is within the limit. */
  take(piece: string): string;
}

/** Counts an answer's tokens while it comes, in pieces that are whole tokens each. */
export function createTokenLimit(tokenizer: Pick<Tokenizer, "encode" | "decode">, most: number): TokenLimit {
  let left = most;
  return {
    get reached() {
      return left <= 0;
    },
    take(piece) {
      const tokens = tokenizer.encode(piece, { parseSpecial: true });
      const within = tokens.length <= left ? piece : tokenizer.decode(tokens.slice(0, Math.max(0, left)), { skipSpecial: false });
      left -= tokens.length;
      return within;
    },
  };
}
