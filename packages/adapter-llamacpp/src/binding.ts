import type { Accelerator } from "@tenfold/catalog";
import type { DrySampling, InstalledFile, LogLevel, XtcSampling } from "@tenfold/core";
import type { ContextMemory } from "./context-memory.ts";
import type { CacheType, LlamaCppFrameworkOptions, Speculation } from "./options.ts";

/** What the adapter needs of llama.cpp; one implementation for each way of reaching it. No logic beyond the calls. */
export interface Binding {
  /** It opens the bytes of files and wants no paths. */
  readonly opensBytes?: true;
  /** Options that have no effect with it. */
  readonly ignores?: readonly (keyof LlamaCppFrameworkOptions)[];
  /** Loads the library. Rejects when it is not installed or does not run here. */
  open(log: (level: LogLevel, message: string) => void): Promise<NativeLibrary>;
}

export interface NativeLibrary {
  /** Of llama.cpp itself. */
  readonly version: string;
  /** The library around it: "node-llama-cpp 3.22.1". */
  readonly through: string;
  readonly accelerator: Accelerator;
  /** Cores that are useful for arithmetic. */
  readonly cores: number;
  load(options: NativeLoadOptions): Promise<NativeModel>;
}

export interface NativeLoadOptions {
  /** The weights, all parts in their order. */
  files: readonly InstalledFile[];
  /** Where the first lies; empty for a binding that opens bytes. */
  path: string;
  contextSize: number;
  sequences: number;
  threads: number;
  batchSize: number;
  gpuLayers: number | "auto" | "max";
  mmap: boolean | "auto";
  mlock: boolean;
  flashAttention: boolean | "auto";
  keyCacheType?: CacheType;
  valueCacheType?: CacheType;
  lora?: readonly { path: string; scale?: number | undefined }[];
  speculation?: Speculation;
  cacheFolder?: string;
  /** A multimodal projector, by path. */
  projector?: string;
  /** The model gives vectors, not answers. */
  embeddings: boolean;
  /** The model gives one number for a query and a document. */
  ranks?: boolean;
  signal?: AbortSignal;
  onProgress(fraction: number): void;
}

export interface NativeModel {
  readonly accelerator: Accelerator;
  readonly sequences: readonly NativeSequence[];
  readonly weightsBytes: number;
  /** Everything beside the weights; undefined when the library does not tell it apart. */
  readonly contextMemory: ContextMemory | undefined;
  readonly beginToken: number | undefined;
  /** The model wants `beginToken` in front of every prompt. */
  readonly addsBeginToken: boolean;
  tokenize(text: string, parseSpecial: boolean): number[];
  /** @param before tokens that come just before, which decide about spaces. */
  detokenize(tokens: readonly number[], special: boolean, before?: readonly number[]): string;
  endsGeneration(token: number): boolean;
  /** A bias may be given to tokens that end an answer. */
  readonly biasesEndTokens?: boolean;
  /** False where the library does not tell how likely tokens were. Default true. */
  readonly reportsProbabilities?: boolean;
  /** What stands in a prompt for an image; absent where images are not read. */
  readonly imageMarker?: string;
  /** Answers can go on when the context is full. */
  readonly shiftsContext?: boolean;
  /** Makes a grammar: of a JSON Schema, or without one of any JSON object. */
  createGrammar(schema: Readonly<Record<string, unknown>> | undefined): Promise<NativeGrammar>;
  embed?(tokens: readonly number[]): Promise<readonly number[]>;
  /** How well a document answers a query, from 0 to 1. */
  rerank?(query: readonly number[], document: readonly number[]): Promise<number>;
  /** `embed` gives vectors of length 1 alone. */
  readonly scalesVectors?: boolean;
  /** Where the caches are while the model is not loaded. */
  readonly keptCaches?: KeptCaches;
  dispose(): Promise<void>;
}

/** Caches in a folder, one for each sequence. Neither call rejects: what cannot be read or written is not kept. */
export interface KeptCaches {
  /** Fills the sequences. @returns whose each cache is. */
  restore(): Promise<readonly (string | undefined)[]>;
  keep(cacheKeys: readonly (string | undefined)[]): Promise<void>;
}

/** Where one answer is in its grammar. */
export type NativeGrammar = object;

/** One KV cache. */
export interface NativeSequence {
  /** What is in the cache. */
  readonly tokens: readonly number[];
  /** True when tokens can only be added and all removed at once. */
  readonly appendOnly: boolean;
  /** Drops all but the first tokens. */
  keep(length: number): Promise<void>;
  /** Computes tokens into the cache without sampling. */
  prefill(tokens: readonly number[]): Promise<void>;
  /**
   * Computes tokens and samples, one token for each step; each step adds the token before it to the cache.
   * @param images of the whole prompt, one for each marker.
   */
  generate(tokens: readonly number[], sampling: NativeSampling, images?: readonly NativeImage[]): AsyncGenerator<SampledToken, void>;
}

/** An encoded image: the bytes of a PNG or JPEG file. */
export interface NativeImage {
  bytes: Uint8Array;
  mediaType: string;
}

export interface SampledToken {
  token: number;
  /** The token's text, from a library that does not say which token it is. */
  text?: string;
  /** Probability of each candidate, likeliest first; only when asked for. */
  probabilities?: ReadonlyMap<number, number>;
}

export interface NativeSampling {
  temperature: number;
  /** 0 keeps all. */
  topK: number;
  topP: number;
  minP: number;
  seed: number;
  penalties: { repetition: number; frequency: number; presence: number; tokens: () => number[] } | undefined;
  dry?: DrySampling;
  xtc?: XtcSampling;
  logitBias?: Readonly<Record<number, number>>;
  /** What was said before, the prompt's tokens first. */
  history: () => readonly number[];
  grammar: (() => NativeGrammar | undefined) | undefined;
  probabilities: boolean;
  /** Tokens behind the first four that go when the context is full; absent: the answer ends before. */
  shiftTokens?: number;
}
