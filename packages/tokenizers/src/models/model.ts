import type { TokenSink } from "./token-sink.ts";

/** What turns a word, as the pre-tokenizer cuts it, into tokens. */
export interface Model {
  /** Appends the tokens of the bytes `[start, end)`, which are valid UTF-8 and not empty. */
  encodeWord(bytes: Uint8Array, start: number, end: number, sink: TokenSink): void;
}
