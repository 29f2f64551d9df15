import type { EmbeddingModelV4, SharedV4Warning } from "@ai-sdk/provider";
import { TenfoldError } from "@tenfold/catalog";
import { toSdkError } from "./errors.ts";
import { embeddingModelOptionsSchema, readProviderOptions } from "./provider-options.ts";
import type { ModelParts } from "./served-model.ts";

export function createEmbeddingModel({ provider, modelId, open }: ModelParts): EmbeddingModelV4 {
  return {
    specificationVersion: "v4",
    provider,
    modelId,
    maxEmbeddingsPerCall: undefined,
    // Several calls at once would only wait for each other.
    supportsParallelCalls: false,
    async doEmbed({ values, dimensions, abortSignal, providerOptions }) {
      try {
        const model = await open({ signal: abortSignal });
        const { normalize } = readProviderOptions(embeddingModelOptionsSchema, providerOptions, model.framework);
        if (!model.embed) throw new TenfoldError("unsupported-request", "This model does not embed texts.");
        const details = "A model's vectors have the length that it was trained for.";
        const warnings: SharedV4Warning[] = dimensions === undefined ? [] : [{ type: "unsupported", feature: "dimensions", details }];
        const vectors = await model.embed(values, { ...(normalize === undefined ? {} : { normalize }), ...(abortSignal ? { signal: abortSignal } : {}) });
        const counts = await Promise.all(values.map((value) => model.countTokens(value)));
        return {
          embeddings: vectors.map((vector) => [...vector]),
          usage: { tokens: counts.reduce((sum, { tokens }) => sum + tokens, 0) },
          warnings,
          ...(model.framework === undefined ? {} : { providerMetadata: { tenfold: { framework: model.framework } } }),
        };
      } catch (error) {
        throw toSdkError(error, { modelId, modelType: "embeddingModel", asked: values });
      }
    },
  };
}
