import type { Accelerator } from "@tenfold/catalog";

/** Something in the request that was not done as asked. */
export interface Warning {
  kind: "ignored-setting" | "dropped-messages" | "other";
  /** The setting, where there is one: "frequencyPenalty". */
  setting?: string;
  message: string;
}

export interface LogProbability {
  token: string;
  /** Natural logarithm, at most 0. */
  logProbability: number;
  /** The likeliest tokens at this position, likeliest first. */
  top: readonly { token: string; logProbability: number }[];
}

export type FinishReason = "stop" | "length" | "tool-calls";

export interface Usage {
  promptTokens: number;
  /** Prompt tokens whose keys and values were still in the cache. */
  cachedTokens: number;
  completionTokens: number;
}

export interface Timings {
  timeToFirstTokenMs: number;
  totalMs: number;
  /** Prompt tokens that were computed, for each second before the first token. */
  prefillTokensPerSecond: number;
  decodeTokensPerSecond: number;
}

/** One answer is `start`, then any of the others, then `finish`, which comes exactly once and last. */
export type GenerateEvent =
  | { type: "start"; accelerator: Accelerator; warnings: readonly Warning[] }
  | { type: "text"; text: string; logProbabilities?: readonly LogProbability[] }
  | { type: "reasoning"; text: string }
  | { type: "tool-call-start"; id: string; name: string }
  | { type: "tool-call-delta"; id: string; argumentsText: string }
  | { type: "tool-call"; id: string; name: string; arguments: unknown }
  | { type: "finish"; reason: FinishReason; usage: Usage; timings: Timings };
