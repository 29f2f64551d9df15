import type { FrameworkId, SerializedTenfoldError } from "@tenfold/catalog";
import type {
  AdapterContext,
  ForwardOptions,
  GenerateEvent,
  GenerateRequest,
  LoadOptions,
  LogLevel,
  MemoryUse,
  Message,
  ModelCapabilities,
  TokenCount,
} from "@tenfold/core";
import type { DescribedModel } from "./describe-model.ts";

export const protocolVersion = 3;

/** What a channel carries: a whole model, or the logits of one, which the other side turns into answers. */
export type Role = "model" | "logits";

/** First message, from the side that has a whole model. */
export interface ModelHello {
  type: "hello";
  protocolVersion: number;
  role: "model";
  capabilities: ModelCapabilities;
  contextSize: number;
  embeds: boolean;
  /** Present when it ranks documents. */
  reranks?: true;
  trims: boolean;
  /** Absent when the framework hides its tokenizer. */
  vocabularySize?: number;
  memory: MemoryUse;
}

/** First message, from the side that computes logits. */
export interface LogitsHello {
  type: "hello";
  protocolVersion: number;
  role: "logits";
  vocabularySize: number;
  /** Tokens that the cache of one sequence takes. */
  contextSize: number;
  /** There are sequences 0 to `sequences` − 1. */
  sequences: number;
  forks: boolean;
  /** Present when the logits of the last token alone cost one row. */
  keepsLastLogits?: true;
  memory: MemoryUse;
}
export type Hello = ModelHello | LogitsHello;

/** What can be asked of a whole model that has one answer. */
export interface ModelCalls {
  countTokens: { arguments: { input: string | readonly Message[] }; result: TokenCount };
  embed: { arguments: { texts: readonly string[]; normalize?: boolean }; result: Float32Array[] };
  rerank: { arguments: { query: string; documents: readonly string[] }; result: number[] };
  encode: { arguments: { text: string; parseSpecial?: boolean }; result: Int32Array };
  decode: { arguments: { tokens: Int32Array; special?: boolean }; result: string };
  trim: { arguments: Record<string, never>; result: null };
}

/** What can be asked of a model that computes logits. Calls of one sequence are done in their order. */
export interface LogitsCalls {
  forward: { arguments: { sequence: number; tokens: Int32Array; logits: ForwardOptions["logits"] }; result: Float32Array };
  truncate: { arguments: { sequence: number; length: number }; result: number };
  /** The number of a new sequence with the same cache. */
  fork: { arguments: { sequence: number }; result: number };
  /** Frees one sequence. */
  release: { arguments: { sequence: number }; result: null };
}

export interface Calls extends ModelCalls, LogitsCalls {
  dispose: { arguments: Record<string, never>; result: null };
}
export type CallName = keyof Calls;
export type CallRequest = { [Name in CallName]: { type: "call"; number: number; name: Name; arguments: Calls[Name]["arguments"] } }[CallName];

/** From the side that uses the model. Numbers are chosen by it and never used twice. */
export type Request =
  | CallRequest
  | { type: "generate"; number: number; request: Omit<GenerateRequest, "signal">; credit: number }
  /** So many more events may be sent. */
  | { type: "credit"; number: number; events: number }
  /** Nobody waits for the answer any more, of a generation or a call. */
  | { type: "cancel"; number: number };

/** From the side that has the model. */
export type Response =
  | Hello
  | { type: "result"; number: number; result: unknown; memory: MemoryUse }
  | { type: "event"; number: number; event: GenerateEvent }
  /** The stream of a generation is over. */
  | { type: "end"; number: number; memory: MemoryUse }
  | { type: "error"; number: number; error: SerializedTenfoldError };

/** Where a host finds what makes its adapter. */
export interface AdapterSource {
  /** Address of the module, as `import()` takes it. */
  module: string;
  /** The export that makes the adapter. */
  name: string;
  /** Its arguments: plain data. */
  arguments: readonly unknown[];
}

/** For a host of several frameworks in a language of its own: which of them is to load the model. */
export interface FrameworkSource {
  framework: FrameworkId;
}

/** What a host is asked for, and the only such message: `hello` or `refused` answers it. */
export interface Load {
  type: "load";
  role: Role;
  /** Absent for hosts of one framework. */
  adapter?: AdapterSource;
  /** Absent for hosts of one framework, and of adapters. */
  framework?: FrameworkId;
  model: DescribedModel;
  platform: AdapterContext["platform"];
  nativeParts: readonly (readonly [string, string])[];
  options: Omit<LoadOptions, "signal" | "onProgress">;
}

/** To a host, before `load`: it answers with the same, so that hosts in any language can be tested. */
export interface Echo {
  type: "echo";
  value: unknown;
}

/** From a host, beside what the model says. */
export type HostResponse =
  | Echo
  | { type: "progress"; fraction: number }
  | { type: "log"; level: LogLevel; message: string }
  /** The load failed; nothing follows. */
  | { type: "refused"; error: SerializedTenfoldError };
