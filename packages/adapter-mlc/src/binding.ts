import type { Accelerator } from "@tenfold/catalog";
import type { LogLevel } from "@tenfold/core";

/** What the adapter needs of web-llm; one implementation for each way to WebGPU. No logic beyond the calls. */
export interface Binding {
  /** Loads the framework. Rejects when it is not installed, or when there is no GPU. */
  open(log: (level: LogLevel, message: string) => void): Promise<NativeLibrary>;
  /** Reads a model library that lies elsewhere: a path, or an address. */
  readLibrary(from: string, signal: AbortSignal | undefined): Promise<Uint8Array>;
}

export interface NativeLibrary {
  /** Of web-llm. */
  readonly version: string;
  /** What model libraries must be compiled for: "v0_2_86/base". */
  readonly libraryVersion: string;
  /** On what it computes: "WebGPU: google swiftshader". */
  readonly notes: readonly string[];
  readonly accelerators: readonly Accelerator[];
  /** What the GPU can: "shader-f16". */
  readonly features: ReadonlySet<string>;
  load(options: NativeLoadOptions): Promise<NativeModel>;
}

export interface NativeLoadOptions {
  /** Bytes of the model's files, by the names that web-llm asks for. */
  files: ReadonlyMap<string, () => Promise<Uint8Array>>;
  library: Uint8Array;
  task: "chat" | "embeddings";
  /** In place of what mlc-chat-config.json says. */
  overrides: Readonly<Record<string, unknown>>;
  signal: AbortSignal | undefined;
  /** 0 to 1 for each of two phases: weights go to the GPU, then its kernels are compiled. */
  onProgress(phase: "weights" | "kernels", fraction: number): void;
}

export interface NativeModel {
  /** Adds tokens to the cache. @returns the logits behind the last of them, in an array of the caller's. */
  forward(tokens: readonly number[]): Promise<Float32Array>;
  /** Empties the cache. */
  reset(): Promise<void>;
  /** The vector of a text, for a model that embeds. */
  embed(tokens: readonly number[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}
