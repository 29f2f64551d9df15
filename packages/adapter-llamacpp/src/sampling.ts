import type { Sampling, Warning } from "@tenfold/core";
import type { Gguf } from "@tenfold/core/gguf";
import { samplingDefaults as frameworkDefaults, type ResolvedSampling } from "@tenfold/generation/loop";
import type { NativeModel } from "./binding.ts";

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

/** What of the request's settings has no effect here. */
export function samplingWarnings(sampling: Sampling | undefined, { biasesEndTokens, endsGeneration }: Pick<NativeModel, "biasesEndTokens" | "endsGeneration">) {
  const ends = Object.keys(sampling?.logitBias ?? {}).filter((token) => endsGeneration(Number(token)));
  if (biasesEndTokens || ends.length === 0) return [];
  const warning: Warning = {
    kind: "ignored-setting",
    setting: "logitBias",
    message: `node-llama-cpp takes no bias for tokens that end an answer; that of ${ends.join(", ")} has no effect.`,
  };
  return [warning];
}

/** Tokens that penalties look back at. */
const penaltyWindow = 64;

export function penaltiesOf({ repetitionPenalty, frequencyPenalty, presencePenalty }: ResolvedSampling, tokens: () => readonly number[]) {
  if (repetitionPenalty === 1 && frequencyPenalty === 0 && presencePenalty === 0) return undefined;
  return { repetition: repetitionPenalty, frequency: frequencyPenalty, presence: presencePenalty, tokens: () => tokens().slice(-penaltyWindow) };
}
