import type { CandidateFacts } from "./candidate-facts.ts";
import type { Choice } from "./rank-candidates.ts";
import type { SelectionNeed } from "./selection-need.ts";

/** Beyond so many bits a weight says nothing more: answers from 8-bit and 16-bit weights cannot be told apart. */
const mostBitsPerWeight = 8.5;
const defaultLeastTokensPerSecond = 5;
/** Figures are put into steps of this ratio before they are compared: what lies in one step is level, for less is noise. */
const step = 1.05;

/**
 * How much a variant's weights can say: parameters times bits, where a parameter counts for 8.5 bits at most. A rule of thumb that puts a
 * large model in 4 bits before a small one in 16, and 8 bits of one model level with 16.
 */
export function qualityOf({ parameterCount, estimate, sizeBytes }: Pick<CandidateFacts, "parameterCount" | "estimate" | "sizeBytes">): number | undefined {
  const bytes = sizeBytes ?? estimate?.terms.find(({ name }) => name === "weights")?.bytes;
  if (bytes === undefined) return undefined;
  const bits = bytes * 8;
  return parameterCount === undefined ? bits : Math.min(bits, parameterCount * mostBitsPerWeight);
}

/** Sorts the better choice first. */
export function compareChoices(left: Choice, right: Choice, need: SelectionNeed): number {
  const { preference = "quality", leastTokensPerSecond = defaultLeastTokensPerSecond } = need;
  const speed = (one: Choice) => one.performance?.decodeTokensPerSecond;
  const isSlow = (one: Choice) => (speed(one) ?? Number.POSITIVE_INFINITY) < leastTokensPerSecond;
  const bySpeed = () => stepOf(speed(right)) - stepOf(speed(left));
  const byQuality = () => stepOf(right.quality) - stepOf(left.quality);
  const byMemory = () => (left.verdict.neededBytes ?? Number.MAX_VALUE) - (right.verdict.neededBytes ?? Number.MAX_VALUE);
  const certainty = (one: Choice) => ["runs", "tight", "unknown"].indexOf(one.verdict.verdict);
  const first = { quality: byQuality, speed: bySpeed, memory: byMemory }[preference];
  return (
    certainty(left) - certainty(right) ||
    // The fastest of what is too slow is the least bad.
    (preference === "quality" ? Number(isSlow(left)) - Number(isSlow(right)) || (isSlow(left) ? bySpeed() : 0) : 0) ||
    first() ||
    Number(right.installed) - Number(left.installed) ||
    bySpeed() ||
    byMemory()
  );
}

/** What is not known comes behind all that is. */
function stepOf(value: number | undefined): number {
  return value === undefined || value <= 0 ? -1e6 : Math.round(Math.log(value) / Math.log(step));
}
