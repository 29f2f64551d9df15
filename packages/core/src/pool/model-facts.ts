import type { LoadedModel, ModelCapabilities } from "../contract/loaded-model.ts";

/** What stays known of a model while it is not in memory. */
export interface ModelFacts {
  capabilities: ModelCapabilities;
  contextSize: number;
  embeds: boolean;
  /** Absent when the framework hides its tokenizer. */
  vocabularySize?: number;
}

export function factsOf({ capabilities, contextSize, embed, tokenizer }: LoadedModel): ModelFacts {
  return { capabilities, contextSize, embeds: embed !== undefined, ...(tokenizer ? { vocabularySize: tokenizer.vocabularySize } : {}) };
}
