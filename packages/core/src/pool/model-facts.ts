import type { LoadedModel, ModelCapabilities } from "../contract/loaded-model.ts";

/** What stays known of a model while it is not in memory. */
export interface ModelFacts {
  capabilities: ModelCapabilities;
  contextSize: number;
  embeds: boolean;
  reranks: boolean;
  /** Absent when the framework hides its tokenizer. */
  vocabularySize?: number;
}

export function factsOf({ capabilities, contextSize, embed, rerank, tokenizer }: LoadedModel): ModelFacts {
  const offers = { embeds: embed !== undefined, reranks: rerank !== undefined };
  return { capabilities, contextSize, ...offers, ...(tokenizer ? { vocabularySize: tokenizer.vocabularySize } : {}) };
}
