import type { Accelerator, FrameworkId } from "@tenfold/catalog";

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

/**
 * One answer is `start`, then any of the others, then `finish`, which comes exactly once and last. Adapters yield neither `limit` nor
 * `failover`: core does, which knows of heat, power and other models.
 */
export type GenerateEvent =
  | { type: "start"; accelerator: Accelerator; warnings: readonly Warning[] }
  | { type: "text"; text: string; logProbabilities?: readonly LogProbability[] }
  | { type: "reasoning"; text: string }
  | { type: "tool-call-start"; id: string; name: string }
  | { type: "tool-call-delta"; id: string; argumentsText: string }
  | { type: "tool-call"; id: string; name: string; arguments: unknown }
  /** From here on the answer comes no faster than this: 0 is a pause, absent is no limit any more. `reason` is for people: "the device is hot". */
  | { type: "limit"; tokensPerSecond?: number; reason: string }
  /** Another framework or variant answers in place of the one that failed before it said anything; it takes the place of `start`. */
  | { type: "failover"; framework: FrameworkId; variant: string; accelerator: Accelerator; warnings: readonly Warning[]; reason: string }
  | { type: "finish"; reason: FinishReason; usage: Usage; timings: Timings };
