/** The tokens of a model as what they write. A tokenizer's `bytesOf` gives it. */
export interface Vocabulary {
  /** One more than the highest token. */
  readonly size: number;
  /** The bytes that a token stands for in the middle of a text; empty where there is none. */
  bytesOf(token: number): Uint8Array;
  /** Tokens that text never makes: the beginning and the end of a turn. */
  isSpecial(token: number): boolean;
}
