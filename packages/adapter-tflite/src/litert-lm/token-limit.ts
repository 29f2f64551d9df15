import type { Tokenizer } from "@tenfold/tokenizers";

export interface TokenLimit {
  readonly reached: boolean;
  /** What of the next piece of an answer is within the limit. */
  take(piece: string): string;
}

/** Counts the tokens of an answer that comes as text: all of it anew, for pieces make other tokens alone, and only when it may have reached the limit. */
export function createTokenLimit(tokenizer: Pick<Tokenizer, "encode" | "decode">, most: number): TokenLimit {
  let text = "";
  let reached = false;
  /** No token is shorter than a byte. */
  let sureBytes = most;
  let bytes = 0;
  return {
    get reached() {
      return reached;
    },
    take(piece) {
      const before = text;
      text += piece;
      bytes += Buffer.byteLength(piece);
      if (bytes < sureBytes) return piece;
      const tokens = tokenizer.encode(text, { parseSpecial: true });
      if (tokens.length < most) {
        sureBytes = bytes + most - tokens.length;
        return piece;
      }
      reached = true;
      if (tokens.length === most) return piece;
      const within = tokenizer.decode(tokens.slice(0, most), { skipSpecial: false });
      return within.startsWith(before) ? within.slice(before.length) : "";
    },
  };
}
