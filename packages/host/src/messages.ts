import type { SerializedTenfoldError } from "@tenfold/catalog";
import type { AdapterContext, GenerateEvent, GenerateRequest, LoadOptions, LogLevel, MemoryUse, Message, ModelCapabilities, TokenCount } from "@tenfold/core";
import type { DescribedModel } from "./describe-model.ts";

export const protocolVersion = 2;

/** First message, from the side that has the model. */
export interface Hello {
  type: "hello";
  protocolVersion: number;
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

/** What can be asked that has one answer. */
export interface Calls {
  countTokens: { arguments: { input: string | readonly Message[] }; result: TokenCount };
  embed: { arguments: { texts: readonly string[]; normalize?: boolean }; result: Float32Array[] };
  rerank: { arguments: { query: string; documents: readonly string[] }; result: number[] };
  encode: { arguments: { text: string; parseSpecial?: boolean }; result: Int32Array };
  decode: { arguments: { tokens: Int32Array; special?: boolean }; result: string };
  trim: { arguments: Record<string, never>; result: null };
  dispose: { arguments: Record<string, never>; result: null };
}
export type CallName = keyof Calls;

/** From the side that uses the model. Numbers are chosen by it and never used twice. */
export type Request =
  | { [Name in CallName]: { type: "call"; number: number; name: Name; arguments: Calls[Name]["arguments"] } }[CallName]
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

/** The first message to a host, and the only one until it has answered with `hello` or `refused`. */
export interface Load {
  type: "load";
  adapter: AdapterSource;
  model: DescribedModel;
  platform: AdapterContext["platform"];
  nativeParts: readonly (readonly [string, string])[];
  options: Omit<LoadOptions, "signal" | "onProgress">;
}

/** From a host, beside what the model says. */
export type HostResponse =
  | { type: "progress"; fraction: number }
  | { type: "log"; level: LogLevel; message: string }
  /** The load failed; nothing follows. */
  | { type: "refused"; error: SerializedTenfoldError };
