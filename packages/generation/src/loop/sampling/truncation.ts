import { type Candidates, sortCandidates } from "./candidates.ts";
import { exponential } from "./exponential.ts";
import type { RandomNumbers } from "./random-numbers.ts";

const bucketCount = 128;
const bucketsPerLogit = 4;
const bucketMass = new Float64Array(bucketCount);

/** Weights at a temperature: e^((logit − largest) / temperature). Returns their sum. */
export function weigh(candidates: Candidates, temperature: number): number {
  const { logits, weights, count } = candidates;
  const most = largest(candidates);
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    const logit = logits[index] as number;
    // Infinity − Infinity would be NaN.
    const weight = logit === most ? 1 : exponential((logit - most) / temperature);
    weights[index] = weight;
    sum += weight;
  }
  return sum;
}

/** Keeps the smallest set of likeliest tokens whose probabilities at temperature 1 reach `topP` together; at least one. */
export function keepTopP(candidates: Candidates, topP: number): void {
  const enough = topP * weigh(candidates, 1);
  if (!candidates.sorted) {
    dropUnlikely(candidates, enough);
    sortCandidates(candidates);
    weigh(candidates, 1);
  }
  let sum = 0;
  let kept = 0;
  while (kept < candidates.count && (kept === 0 || sum < enough)) {
    sum += candidates.weights[kept] as number;
    kept += 1;
  }
  candidates.count = kept;
}

/** Keeps the tokens that are at least `minP` times as likely as the likeliest, at temperature 1. */
export function keepMinP(candidates: Candidates, minP: number): void {
  weigh(candidates, 1);
  const { tokens, logits, weights, count } = candidates;
  let kept = 0;
  for (let index = 0; index < count; index += 1) {
    if ((weights[index] as number) < minP) continue;
    tokens[kept] = tokens[index] as number;
    logits[kept] = logits[index] as number;
    kept += 1;
  }
  candidates.count = kept;
}

/** Exclude top choices: with `probability`, leaves out all tokens at least as likely as `threshold` but the least likely of them. */
export function excludeTopChoices(candidates: Candidates, { probability, threshold }: { probability: number; threshold: number }, random: RandomNumbers): void {
  // A threshold above one half can only be reached by one token.
  if (probability <= 0 || threshold > 0.5 || random() >= probability) return;
  sortCandidates(candidates);
  const enough = threshold * weigh(candidates, 1);
  const { tokens, logits, weights, count } = candidates;
  let usual = 0;
  while (usual < count && (weights[usual] as number) >= enough) usual += 1;
  if (usual < 2) return;
  const dropped = usual - 1;
  tokens.copyWithin(0, dropped, count);
  logits.copyWithin(0, dropped, count);
  candidates.count = count - dropped;
}

/** Draws one of the candidates by their probabilities at a temperature. */
export function draw(candidates: Candidates, temperature: number, random: RandomNumbers): number {
  const { tokens, weights, count } = candidates;
  let left = random() * weigh(candidates, temperature);
  for (let index = 0; index < count; index += 1) {
    left -= weights[index] as number;
    if (left < 0) return tokens[index] as number;
  }
  // Rounding may leave a crumb; the weights are positive only where a token may be drawn.
  let last = count - 1;
  while (last > 0 && weights[last] === 0) last -= 1;
  return tokens[last] as number;
}

/** Drops those that are surely not among the likeliest which weigh `enough` together, so that few are left to be sorted. */
function dropUnlikely(candidates: Candidates, enough: number): void {
  const { tokens, logits, weights, count } = candidates;
  const most = largest(candidates);
  bucketMass.fill(0);
  for (let index = 0; index < count; index += 1) {
    const bucket = bucketOf(most, logits[index] as number);
    bucketMass[bucket] = (bucketMass[bucket] as number) + (weights[index] as number);
  }
  let last = 0;
  for (let sum = bucketMass[0] as number; last < bucketCount - 1 && sum < enough; sum += bucketMass[last] as number) last += 1;
  // One more than is needed: sums in another order round otherwise.
  last += 1;
  let kept = 0;
  for (let index = 0; index < count; index += 1) {
    if (bucketOf(most, logits[index] as number) > last) continue;
    tokens[kept] = tokens[index] as number;
    logits[kept] = logits[index] as number;
    kept += 1;
  }
  candidates.count = kept;
}

function bucketOf(most: number, logit: number): number {
  return logit === most ? 0 : Math.min(bucketCount - 1, Math.floor((most - logit) * bucketsPerLogit));
}

function largest({ logits, count, sorted }: Candidates): number {
  if (sorted) return logits[0] as number;
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index += 1) most = Math.max(most, logits[index] as number);
  return most;
}
