import type { MemoryProfile, RepackRule } from "@tenfold/catalog";
import type { MemoryTerm } from "./memory-estimate.ts";
import type { MemoryOptions } from "./memory-options.ts";
import type { ModelShape, WeightShape } from "./model-shape.ts";

/** Tables that are looked up in row by row, and what is no matrix to multiply by. */
const lookedUp = /^(?:token_embd|position_embd|token_types|per_layer_token_embd|rope_freqs|rope_factors)|ssm_(?:conv1d|a$|d$)|shortconv\.conv|norm\.weight$/;

/** The weights as they lie in memory, and what loading them takes for a moment. Without a list of weights only their sum is known. */
export function weightTerms(shape: ModelShape, profile: MemoryProfile, options: MemoryOptions): MemoryTerm[] {
  const mapped = options.mapped ?? profile.weights.held === "mapped";
  const weights = shape.weights ?? [];
  const repacked = new Map<WeightShape, boolean>();
  let repackedBytes = 0;
  for (const weight of weights) {
    const rule = repackRule(weight, shape, profile, options);
    if (!rule) continue;
    repacked.set(weight, weight.name.startsWith("token_embd"));
    repackedBytes += Math.round(weight.sizeBytes * (rule.sizeFactor ?? 1));
  }
  // A mapping is one range of the file: what was repacked stays a part of it. The output that shares the embedding is a second copy of it.
  const plain = weights.filter((weight) => repacked.get(weight) !== false);
  const restBytes = weights.length === 0 ? shape.weightsBytes : mapped ? spanOf(plain) : sum(plain);
  const terms: MemoryTerm[] = [
    {
      name: "weights",
      bytes: restBytes + repackedBytes,
      how: `${count(restBytes)} bytes ${mapped ? "mapped from the file, which the system may drop and read again" : "copied"}${repackedBytes > 0 ? `, ${count(repackedBytes)} repacked for this processor` : ""}`,
    },
  ];
  const spikeBytes = spikeOf(profile, weights, mapped, repacked, shape.weightsBytes);
  if (spikeBytes > 0)
    terms.push({
      name: "load-spike",
      bytes: spikeBytes,
      how: profile.loadSpike === "weights" ? "the weights once more while they are converted" : "the largest weight that is converted",
    });
  return terms;
}

function spikeOf(
  profile: MemoryProfile,
  weights: readonly WeightShape[],
  mapped: boolean,
  repacked: ReadonlyMap<WeightShape, boolean>,
  allBytes: number,
): number {
  if (profile.loadSpike === "weights") return allBytes;
  // What is mapped is converted from the mapping, without a buffer.
  if (profile.loadSpike === "none" || mapped) return 0;
  return weights.reduce((most, weight) => (repacked.has(weight) ? Math.max(most, weight.sizeBytes) : most), 0);
}

function repackRule(
  weight: WeightShape,
  { tied }: ModelShape,
  { weights }: MemoryProfile,
  { accelerator = "cpu", features }: MemoryOptions,
): RepackRule | undefined {
  if (accelerator !== "cpu" || weight.shape.length < 2) return undefined;
  if (lookedUp.test(weight.name) && !(tied && weight.name === "token_embd.weight")) return undefined;
  const fits = (rule: RepackRule) =>
    rule.types.includes(weight.type) &&
    (weight.shape[1] ?? 0) % rule.rowsMultiple === 0 &&
    (features === undefined ? !rule.rare : rule.features.every((one) => features.includes(one)));
  return weights.repacked?.find(fits);
}

const sum = (weights: readonly WeightShape[]) => weights.reduce((total, { sizeBytes }) => total + sizeBytes, 0);

function spanOf(weights: readonly WeightShape[]): number {
  const start = weights.reduce((least, { offset }) => Math.min(least, offset), Number.POSITIVE_INFINITY);
  const end = weights.reduce((most, { offset, sizeBytes }) => Math.max(most, offset + sizeBytes), 0);
  return Math.max(0, end - start);
}

/** With thousands apart. */
export const count = (value: number) => Math.round(value).toLocaleString("en-US");
