import type { RerankingModelV4, SharedV4Warning } from "@ai-sdk/provider";
import { TenfoldError } from "@tenfold/catalog";
import { toSdkError } from "./errors.ts";
import type { ModelParts } from "./served-model.ts";

export function createRerankingModel({ provider, modelId, open }: ModelParts): RerankingModelV4 {
  return {
    specificationVersion: "v4",
    provider,
    modelId,
    async doRerank({ documents, query, topN, abortSignal }) {
      try {
        const model = await open({ signal: abortSignal });
        if (!model.rerank) throw new TenfoldError("unsupported-request", "This model does not rank documents.");
        const details = "Objects are ranked by their JSON.";
        const warnings: SharedV4Warning[] = documents.type === "text" ? [] : [{ type: "compatibility", feature: "object documents", details }];
        const texts = documents.type === "text" ? documents.values : documents.values.map((value) => JSON.stringify(value));
        const scores = await model.rerank(query, texts, abortSignal ? { signal: abortSignal } : {});
        const ranking = scores.map((relevanceScore, index) => ({ index, relevanceScore })).sort((left, right) => right.relevanceScore - left.relevanceScore);
        return { ranking: ranking.slice(0, topN), warnings };
      } catch (error) {
        throw toSdkError(error, { modelId, modelType: "rerankingModel", asked: { query, documents } });
      }
    },
  };
}
