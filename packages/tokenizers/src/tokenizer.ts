import type { ChatTemplateOptions } from "./chat-template.ts";
import type { AddedToken, TokenizerDefinition } from "./definition.ts";
import type { PromptSegment } from "./segments.ts";

export interface EncodeOptions {
  /** Make special tokens of what the text spells. Default false: for text that people wrote. */
  parseSpecial?: boolean;
  /** Put the special tokens around the text that the model expects around any: "<s>", "[CLS]". Default false: chat templates write them. */
  addSpecial?: boolean;
  /** Keep at most so many tokens, those of `addSpecial` included. */
  truncate?: { maxLength: number; keep?: "start" | "end" };
  /** Fill up with the padding token. @throws TenfoldError `unsupported-request` when the tokenizer has none. */
  pad?: { length: number; side?: "start" | "end" };
}

/** Tokens and where they came from. */
export interface Encoding {
  ids: Int32Array;
  /** For each token where its text begins and ends in the input, in UTF-16 units: two numbers each. Both 0 for what was added. */
  offsets: Int32Array;
}

export interface DecodeOptions {
  /** Leave special tokens out. Default false. */
  skipSpecial?: boolean;
}

/** Text from tokens that come one by one. All parts together are what `decode` gives for all tokens together. */
export interface TokenStream {
  /** The text that is certain by now; empty while a character is not whole. */
  push(id: number): string;
  /** What was held back. The stream is empty again. */
  end(): string;
}

export interface SpecialToken {
  readonly id: number;
  readonly content: string;
}

export interface Tokenizer {
  /** One more than the highest id, added tokens included. */
  readonly vocabularySize: number;
  readonly addedTokens: readonly AddedToken[];
  /** Those that are never made from plain text, a subset of `addedTokens`. */
  readonly controlTokens: readonly AddedToken[];
  readonly bosToken?: SpecialToken;
  readonly eosToken?: SpecialToken;
  readonly padToken?: SpecialToken;
  readonly unknownToken?: SpecialToken;
  /** Tokens that the model takes, where the files say so. */
  readonly maxLength?: number;
  /** The model's chat template, as `createChatTemplate` takes it; absent when the files hold none. */
  readonly chatTemplate?: ChatTemplateOptions;
  encode(text: string, options?: EncodeOptions): Int32Array;
  encodeWithOffsets(text: string, options?: EncodeOptions): Encoding;
  /** The tokens of a rendered chat template: special segments are special tokens, what people wrote never is. */
  encodePrompt(segments: readonly PromptSegment[]): Int32Array;
  countTokens(text: string, options?: EncodeOptions): number;
  /** Ids that no token has are left out. */
  decode(ids: Iterable<number>, options?: DecodeOptions): string;
  createStream(options?: DecodeOptions): TokenStream;
  /** The id of a token as the vocabulary spells it, added tokens included. */
  idOf(token: string): number | undefined;
  /** A token as the vocabulary spells it: "Ġthe", "▁the", "<|im_end|>". */
  tokenOf(id: number): string | undefined;
  /** The bytes that a token stands for in the middle of a text; empty for ids that no token has. For token masks. */
  bytesOf(id: number): Uint8Array;
  /** What the tokenizer is made of, to write it out; absent when it was made by other means. */
  readonly definition?: TokenizerDefinition;
}
