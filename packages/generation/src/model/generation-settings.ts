import { TenfoldError } from "@tenfold/catalog";
import type { Tokenizer } from "@tenfold/tokenizers";
import { type ResolvedSampling, samplingDefaults } from "../loop/sampling/sampling-settings.ts";

export interface GenerationSettings {
  endTokens: readonly number[];
  sampling: ResolvedSampling;
}

const recommended = {
  temperature: "temperature",
  top_k: "topK",
  top_p: "topP",
  min_p: "minP",
  repetition_penalty: "repetitionPenalty",
} as const satisfies Record<string, keyof ResolvedSampling>;

/**
 * What a model's generation_config.json says about its answers, over Tenfold's defaults; the tokenizer's own end token counts too.
 * @param config parsed JSON of unknown shape; values that make no sense are passed over.
 * @throws TenfoldError `invalid-format` where nothing says how an answer ends.
 */
export function readGenerationSettings(config: unknown, tokenizer: Tokenizer): GenerationSettings {
  const fields: Readonly<Record<string, unknown>> = typeof config === "object" && config !== null ? { ...config } : {};
  const named = [fields.eos_token_id].flat().filter((token): token is number => Number.isInteger(token) && (token as number) >= 0);
  const endTokens = [...new Set([...named, ...(tokenizer.eosToken ? [tokenizer.eosToken.id] : [])])];
  if (endTokens.length === 0) {
    throw new TenfoldError("invalid-format", "Nothing in the model's files says which token ends an answer.", {
      remedy: "Add a generation_config.json with eos_token_id.",
    });
  }
  const sampling = { ...samplingDefaults };
  for (const [key, name] of Object.entries(recommended)) {
    const value = fields[key];
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) sampling[name] = value;
  }
  return { endTokens, sampling };
}
