import type { GenerateEvent } from "@tenfold/core";

/** How fast an answer comes from now on, and why. */
export function describeLimit({ tokensPerSecond, reason }: Extract<GenerateEvent, { type: "limit" }>): string {
  if (tokensPerSecond === undefined) return `at full speed again: ${reason}`;
  return tokensPerSecond === 0 ? `paused: ${reason}` : `slowed to ${tokensPerSecond} tokens/s: ${reason}`;
}
