import type { GenerateEvent } from "./events.ts";
import type { GenerateRequest, Message } from "./request.ts";

export interface ModelCapabilities {
  chat: boolean;
  tools: boolean;
  jsonSchema: boolean;
  reasoning: boolean;
  embeddings: boolean;
  vision: boolean;
  logProbabilities: boolean;
  /** Answers at once. More are queued. */
  parallel: number;
  /** Whose chat template makes the prompt. */
  template: "tenfold" | "framework";
}

export interface TokenCount {
  tokens: number;
  /** False when the framework hides its tokenizer and the count is an estimate. */
  exact: boolean;
}

/** The framework's tokenizer, where it shows it. */
export interface ModelTokenizer {
  readonly vocabularySize: number;
  /** Without `parseSpecial`, text that looks like a special token is plain text. */
  encode(text: string, options?: { parseSpecial?: boolean }): Promise<Int32Array>;
  decode(tokens: Int32Array, options?: { special?: boolean }): Promise<string>;
}

/** Native memory in use, as the framework accounts for it. */
export interface MemoryUse {
  weightsBytes: number;
  kvCacheBytes: number;
  computeBytes: number;
}

export interface EmbedOptions {
  /** Scale each vector to length 1. Default true. */
  normalize?: boolean;
  signal?: AbortSignal;
}

export interface RerankOptions {
  signal?: AbortSignal;
}

/** A model in memory, ready to answer. */
export interface LoadedModel {
  readonly capabilities: ModelCapabilities;
  /** Tokens that prompt and answer may take together. */
  readonly contextSize: number;
  readonly tokenizer?: ModelTokenizer;
  /**
   * Streams one answer; exactly one `finish`, last. Abort rejects with the signal's reason, failure with a
   * TenfoldError, and neither yields a `finish`. Leaving the loop early cancels.
   */
  generate(request: GenerateRequest): AsyncIterable<GenerateEvent>;
  countTokens(input: string | readonly Message[]): Promise<TokenCount>;
  /** One vector for each text. Absent when the framework or the model cannot embed. */
  embed?(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
  /** How well each document answers the query: from 0 to 1, in the documents' order. Absent when the framework or the model cannot rank. */
  rerank?(query: string, documents: readonly string[], options?: RerankOptions): Promise<number[]>;
  memory(): MemoryUse;
  /**
   * Drops what is kept only to be faster next time: cached prefixes and sequences that no answer uses. Answers go on, and later ones say
   * the same. Absent when nothing is kept.
   */
  trim?(): Promise<void>;
  /** Frees native memory. Safe to call twice; what was being generated ends with a `disposed` error. */
  dispose(): Promise<void>;
}
