import { TenfoldError } from "@tenfold/catalog";
import type { EmbedOptions, LoadedModel, MemoryUse } from "@tenfold/core";
import type { Tokenizer } from "@tenfold/tokenizers";
import { createLifetime } from "./create-lifetime.ts";
import { shownTokenizer } from "./shown-tokenizer.ts";

/** How the vectors of a text's tokens become one: their mean, the first, the last, or the framework has done it. */
export type Pooling = "mean" | "first" | "last" | "done";

export interface EmbeddingModelParts {
  tokenizer: Tokenizer;
  /** Tokens that a text may have, those around it included. */
  contextSize: number;
  pooling: Pooling;
  /** "onnx-runtime", for errors. */
  framework: string;
  /** @returns one row of `width` for each token, or a single one where pooling is done. */
  encode(tokens: Int32Array, signal: AbortSignal | undefined): Promise<{ values: Float32Array; width: number }>;
  memory(): MemoryUse;
  release(): Promise<void>;
}

/** The contract's model over a framework that computes vectors of tokens. */
export function createEmbeddingModel({ tokenizer, contextSize, pooling, framework, encode, memory, release }: EmbeddingModelParts): LoadedModel {
  const lifetime = createLifetime(framework, release);

  async function embed(texts: readonly string[], { normalize = true, signal }: EmbedOptions = {}): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      signal?.throwIfAborted();
      const tokens = tokenizer.encode(text, { addSpecial: true });
      if (tokens.length === 0 || tokens.length > contextSize) {
        throw new TenfoldError(
          tokens.length === 0 ? "invalid-input" : "context-overflow",
          `A text has ${tokens.length} tokens; the model takes 1 to ${contextSize}.`,
          { framework, details: { index: vectors.length } },
        );
      }
      const { values, width } = await lifetime.busy(() => encode(tokens, signal));
      const vector = pool(values, width, pooling);
      vectors.push(normalize ? normalized(vector) : vector);
    }
    lifetime.check();
    return vectors;
  }

  return {
    capabilities: {
      chat: false,
      tools: false,
      jsonSchema: false,
      reasoning: false,
      embeddings: true,
      vision: false,
      logProbabilities: false,
      parallel: 1,
      template: "tenfold",
    },
    contextSize,
    tokenizer: shownTokenizer(tokenizer, lifetime),
    // biome-ignore lint/correctness/useYield: it has nothing to say.
    async *generate() {
      lifetime.check();
      throw new TenfoldError("unsupported-request", "This model embeds texts; it does not answer.", { framework });
    },
    embed,
    async countTokens(input) {
      lifetime.check();
      if (typeof input !== "string") throw new TenfoldError("unsupported-request", "This model has no chat template: it embeds texts.", { framework });
      return { tokens: tokenizer.countTokens(input), exact: true };
    },
    memory,
    dispose: lifetime.dispose,
  };
}

function pool(values: Float32Array, width: number, pooling: Pooling): Float32Array {
  const rows = values.length / width;
  if (pooling === "last") return values.slice(values.length - width);
  if (pooling !== "mean" || rows === 1) return values.slice(0, width);
  const sums = new Float64Array(width);
  for (let at = 0; at < values.length; at += 1) sums[at % width] = (sums[at % width] ?? 0) + (values[at] ?? 0);
  return Float32Array.from(sums, (sum) => sum / rows);
}

function normalized(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? vector.map((value) => value / length) : vector;
}
