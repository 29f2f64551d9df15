import { TenfoldError } from "@tenfold/catalog";
import type { Sampling } from "@tenfold/core";

type Numeric = "temperature" | "topK" | "topP" | "minP" | "repetitionPenalty" | "frequencyPenalty" | "presencePenalty";
export type ResolvedSampling = Required<Pick<Sampling, Numeric>> & Pick<Sampling, "dry" | "xtc" | "logitBias">;

/** The defaults of llama.cpp's programs, so that a model answers alike in every framework. */
export const samplingDefaults: ResolvedSampling = {
  temperature: 0.8,
  topK: 40,
  topP: 0.95,
  minP: 0.05,
  repetitionPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
};

const ranges: Record<Numeric, readonly [least: number, most: number]> = {
  temperature: [0, 100],
  topK: [0, 2 ** 31 - 1],
  topP: [0, 1],
  minP: [0, 1],
  repetitionPenalty: [0.01, 100],
  frequencyPenalty: [-100, 100],
  presencePenalty: [-100, 100],
};

/** @throws TenfoldError `invalid-input` for a setting out of its range. */
export function resolveSampling(
  sampling: Sampling = {},
  defaults: ResolvedSampling = samplingDefaults,
  vocabularySize = Number.POSITIVE_INFINITY,
): ResolvedSampling {
  const resolved: ResolvedSampling = { ...defaults };
  for (const [name, range] of Object.entries(ranges) as [Numeric, readonly [number, number]][]) {
    const value = sampling[name];
    if (value !== undefined) resolved[name] = checked(name, value, range);
  }
  if (sampling.dry) {
    checked("dry.multiplier", sampling.dry.multiplier, [0, 100]);
    checked("dry.base", sampling.dry.base ?? 1.75, [1, 100]);
    checked("dry.allowedLength", sampling.dry.allowedLength ?? 2, [1, 2 ** 31 - 1]);
    checked("dry.window", sampling.dry.window ?? 0, [0, 2 ** 31 - 1]);
    resolved.dry = sampling.dry;
  }
  if (sampling.xtc) {
    checked("xtc.probability", sampling.xtc.probability, [0, 1]);
    checked("xtc.threshold", sampling.xtc.threshold, [0, 1]);
    resolved.xtc = sampling.xtc;
  }
  if (sampling.logitBias) {
    for (const [key, bias] of Object.entries(sampling.logitBias)) {
      const token = Number(key);
      if (!(Number.isInteger(token) && token >= 0 && token < vocabularySize))
        throw new TenfoldError("invalid-input", `sampling.logitBias names the token ${key}, which the model does not have.`);
      checked(`logitBias[${key}]`, bias, [Number.NEGATIVE_INFINITY, 1000]);
    }
    resolved.logitBias = sampling.logitBias;
  }
  return resolved;
}

function checked(name: string, value: number, [least, most]: readonly [number, number]): number {
  if (value >= least && value <= most) return value;
  throw new TenfoldError("invalid-input", `sampling.${name} is ${value}, expected a number from ${least} to ${most}.`);
}

/** A whole number as a seed, modulo 2^32; without one, a random one. @throws TenfoldError `invalid-input`. */
export function resolveSeed(seed: number | undefined, random: () => number): number {
  if (seed === undefined) return Math.floor(random() * 2 ** 32);
  if (!Number.isSafeInteger(seed)) throw new TenfoldError("invalid-input", `seed is ${seed}, expected a whole number.`);
  return ((seed % 2 ** 32) + 2 ** 32) % 2 ** 32;
}
