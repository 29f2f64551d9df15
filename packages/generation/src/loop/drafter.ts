import { createCachedSequence } from "./cached-sequence.ts";
import type { LogitsModel } from "./logits-model.ts";
import { likeliest } from "./sampling/candidates.ts";

/** Guesses tokens that the model then verifies several at a time. Wrong guesses cost time and never change the answer. */
export interface Drafter {
  /** @param history the first `length` tokens count. @returns at most `most` tokens that may come next. */
  draft(history: Int32Array, length: number, most: number, signal: AbortSignal | undefined): Promise<Int32Array>;
}

const longestPattern = 3;
/** Tokens that are looked back at: a guess must be cheaper than a token. */
const lookBack = 8192;

/** Guesses that what followed the last tokens before follows them again: good for summaries, edits and code (prompt lookup, Saxena 2023). */
export function createPromptLookup(): Drafter {
  return {
    async draft(history, length, most) {
      const start = Math.max(0, length - lookBack);
      for (let size = longestPattern; size >= 1; size -= 1) {
        for (let end = length - 1; end >= start + size; end -= 1) {
          let same = 0;
          while (same < size && history[end - 1 - same] === history[length - 1 - same]) same += 1;
          if (same === size) return history.slice(end, Math.min(length, end + most));
        }
      }
      return new Int32Array(0);
    },
  };
}

/**
 * Guesses with a small model of the same vocabulary, greedily.
 * @param prefillTokens tokens computed between two looks at the signal.
 */
export function createDraftModel(model: LogitsModel, { prefillTokens = 256 }: { prefillTokens?: number } = {}): Drafter {
  const sequence = createCachedSequence(model);
  return {
    async draft(history, length, most, signal) {
      const room = Math.min(most, model.contextSize - length);
      if (room <= 0) return new Int32Array(0);
      const drafted = new Int32Array(room);
      await sequence.replace(history.subarray(0, length), undefined);
      await sequence.prefill(1, prefillTokens, signal);
      for (let count = 0; count < room; count += 1) {
        const token = likeliest(await sequence.forward(new Int32Array(0), signal));
        if (token < 0) return drafted.slice(0, count);
        drafted[count] = token;
        if (count + 1 < room) sequence.append(token);
      }
      return drafted;
    },
  };
}
