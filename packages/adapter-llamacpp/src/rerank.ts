import { TenfoldError } from "@tenfold/catalog";
import type { RerankOptions } from "@tenfold/core";
import type { EmbedParts } from "./embed.ts";
import { fromNative } from "./errors.ts";

/** Around query and document: a beginning, two ends and what parts them. */
const addedTokens = 4;

/** Scores documents one after the other, each with the query. */
export function createRerank({ native, tokenize, contextSize, busy, checkAlive }: EmbedParts) {
  return async (query: string, documents: readonly string[], { signal }: RerankOptions = {}): Promise<number[]> => {
    const asked = tokenize(query, false);
    const scores: number[] = [];
    for (const document of documents) {
      signal?.throwIfAborted();
      checkAlive();
      const tokens = tokenize(document, false);
      const room = contextSize - asked.length - addedTokens;
      if (tokens.length >= room) {
        throw new TenfoldError("context-overflow", `A document has ${tokens.length} tokens; beside this query the model takes ${Math.max(0, room - 1)}.`, {
          framework: "llama.cpp",
          details: { index: scores.length },
        });
      }
      const score = await busy(async () => native.rerank?.(asked, tokens)).catch((error: unknown) => {
        throw fromNative(error, "generation-failed", "llama.cpp failed while ranking");
      });
      scores.push(score ?? 0);
    }
    return scores;
  };
}
