import { TenfoldError } from "@tenfold/catalog";
import type { Sampling, Warning } from "@tenfold/core";
import type { Gguf } from "@tenfold/core/gguf";

/** What this adapter does not hand to llama.cpp. */
const unsupported = ["dry", "xtc", "logitBias"] as const;

export type ResolvedSampling = Required<Omit<Sampling, (typeof unsupported)[number]>>;

/** What llama.cpp's own programs use. */
const frameworkDefaults: ResolvedSampling = {
  temperature: 0.8,
  topK: 40,
  topP: 0.95,
  minP: 0.05,
  repetitionPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
};

/** The settings that a file recommends, over llama.cpp's. */
export function samplingDefaults(gguf: Gguf): ResolvedSampling {
  const recommended = (key: string, fallback: number) => {
    const value = gguf.metadata.get(`general.sampling.${key}`)?.value;
    return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : fallback;
  };
  return {
    ...frameworkDefaults,
    temperature: recommended("temp", frameworkDefaults.temperature),
    topK: recommended("top_k", frameworkDefaults.topK),
    topP: recommended("top_p", frameworkDefaults.topP),
    minP: recommended("min_p", frameworkDefaults.minP),
    repetitionPenalty: recommended("penalty_repeat", frameworkDefaults.repetitionPenalty),
  };
}

const ranges: Record<keyof ResolvedSampling, readonly [least: number, most: number]> = {
  temperature: [0, 100],
  topK: [0, 2 ** 31 - 1],
  topP: [0, 1],
  minP: [0, 1],
  repetitionPenalty: [0.01, 100],
  frequencyPenalty: [-100, 100],
  presencePenalty: [-100, 100],
};

/** @throws TenfoldError `invalid-input` for a setting out of its range. */
export function resolveSampling(sampling: Sampling | undefined, defaults: ResolvedSampling): ResolvedSampling {
  const resolved = { ...defaults };
  for (const [name, [least, most]] of Object.entries(ranges) as [keyof ResolvedSampling, readonly [number, number]][]) {
    const value = sampling?.[name];
    if (value === undefined) continue;
    if (!(value >= least && value <= most))
      throw new TenfoldError("invalid-input", `sampling.${name} is ${value}, expected a number from ${least} to ${most}.`);
    resolved[name] = value;
  }
  return resolved;
}

/** One for each setting that has no effect here. */
export function samplingWarnings(sampling: Sampling | undefined): Warning[] {
  return unsupported
    .filter((setting) => sampling?.[setting] !== undefined)
    .map((setting) => ({ kind: "ignored-setting", setting, message: `The llama.cpp adapter does not pass sampling.${setting} on, so it has no effect.` }));
}

/** Tokens that penalties look back at. */
const penaltyWindow = 64;

export function penaltiesOf({ repetitionPenalty, frequencyPenalty, presencePenalty }: ResolvedSampling, tokens: () => readonly number[]) {
  if (repetitionPenalty === 1 && frequencyPenalty === 0 && presencePenalty === 0) return undefined;
  return { repetition: repetitionPenalty, frequency: frequencyPenalty, presence: presencePenalty, tokens: () => tokens().slice(-penaltyWindow) };
}

/** A seed as llama.cpp takes it: 32 bits. */
export function resolveSeed(seed: number | undefined, random: () => number): number {
  if (seed === undefined) return Math.floor(random() * 2 ** 32);
  if (!Number.isSafeInteger(seed)) throw new TenfoldError("invalid-input", `seed is ${seed}, expected a whole number.`);
  return ((seed % 2 ** 32) + 2 ** 32) % 2 ** 32;
}
