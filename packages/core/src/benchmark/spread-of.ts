import type { Spread } from "@tenfold/catalog";

/** Median and extremes. @param values at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  const [minimum = 0] = sorted;
  const maximum = sorted.at(-1) ?? 0;
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
  return { median, minimum, maximum, repetitions: sorted.length };
}
