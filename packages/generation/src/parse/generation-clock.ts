import type { Timings } from "@tenfold/core";

export interface GenerationClock {
  /** The first token has come. */
  firstToken(): void;
  /**
   * @param computedTokens prompt tokens that were not in the cache.
   * @param completionTokens tokens generated, the first included.
   */
  timings(computedTokens: number, completionTokens: number): Timings;
}

/** Measures one answer, from now on. */
export function createGenerationClock(now: () => number): GenerationClock {
  const start = now();
  let first: number | undefined;
  return {
    firstToken() {
      first ??= now();
    },
    timings(computedTokens, completionTokens) {
      const end = now();
      const timeToFirstTokenMs = (first ?? end) - start;
      const decodeMs = end - (first ?? end);
      return {
        timeToFirstTokenMs,
        totalMs: end - start,
        prefillTokensPerSecond: timeToFirstTokenMs > 0 ? (computedTokens * 1000) / timeToFirstTokenMs : 0,
        // The first token is the prefill's; the others are what decoding took.
        decodeTokensPerSecond: decodeMs > 0 && completionTokens > 1 ? ((completionTokens - 1) * 1000) / decodeMs : 0,
      };
    },
  };
}
