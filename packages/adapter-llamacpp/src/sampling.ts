import type { Sampling, Warning } from "@tenfold/core";
import type { Gguf } from "@tenfold/core/gguf";
import { samplingDefaults as frameworkDefaults, type ResolvedSampling } from "@tenfold/generation/loop";

/** What this adapter does not hand to llama.cpp. */
const unsupported = ["dry", "xtc", "logitBias"] as const;

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
