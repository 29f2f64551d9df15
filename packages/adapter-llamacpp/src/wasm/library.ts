/** What is used of @wllama/wllama 2.4, whose own types do not resolve under Node's rules for modules. */
export interface WllamaLibrary {
  Wllama: {
    new (paths: Record<"single-thread/wllama.wasm" | "multi-thread/wllama.wasm", string>, options: { logger: WllamaLogger }): Wllama;
    getLibllamaVersion(): string;
  };
}

export type WllamaLogger = Record<"debug" | "log" | "warn" | "error", (...words: unknown[]) => void>;

export interface WllamaSettings {
  n_ctx: number;
  n_batch: number;
  n_threads: number;
  flash_attn: boolean;
  embeddings: boolean;
  cache_type_k?: string;
  cache_type_v?: string;
}

export interface WllamaInfo {
  success?: boolean;
  n_vocab: number;
  /** -1 where there is none. */
  token_bos: number;
  list_tokens_eog: readonly number[];
  add_bos_token: boolean;
}

export interface Wllama {
  loadModel(blobs: Blob[], settings: WllamaSettings): Promise<void>;
  getLoadedContextInfo(): WllamaInfo;
  /** Adds tokens to the cache. */
  decode(tokens: number[], options: { skipLogits: boolean }): Promise<{ nPast: number }>;
  /** Probabilities of the likeliest tokens, likeliest first. */
  getLogits(most: number): Promise<{ token: number; p: number }[]>;
  /** Makes the sampler anew; its seed is that of the load. */
  samplingInit(settings: { temp: number }): Promise<void>;
  samplingSample(): Promise<{ token: number }>;
  /** With -1 all tokens but the first `keep` go. */
  kvRemove(keep: number, discard: number): Promise<void>;
  kvClear(): Promise<void>;
  embeddings(tokens: number[]): Promise<number[]>;
}

/** The library, imported on first use. Its package names no entry that every bundler finds, hence the path. */
export async function importWllama(): Promise<WllamaLibrary> {
  const library: unknown = await import("@wllama/wllama/esm/index.js");
  return library as WllamaLibrary;
}
