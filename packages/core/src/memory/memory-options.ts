import type { Accelerator } from "@tenfold/catalog";

/** How a model will be loaded. Absent settings are the framework's own defaults, as its profile says. */
export interface MemoryOptions {
  /** Tokens of prompt and answer together, for one answer. */
  contextSize: number;
  /** Answers at once, each with a cache. Default 1. */
  parallel?: number;
  /** Tokens that are computed at once. */
  batchTokens?: number;
  /** Attention whose scores never lie in memory. */
  fusedAttention?: boolean;
  /** Element types of the cache: "F16", "Q8_0". */
  keyType?: string;
  valueType?: string;
  /** Weights are pages of the file rather than memory of the process. */
  mapped?: boolean;
  /** Default "cpu". */
  accelerator?: Accelerator;
  /** What the processor can do; absent: everything that a profile asks for, which is the larger estimate. */
  features?: readonly string[];
}
