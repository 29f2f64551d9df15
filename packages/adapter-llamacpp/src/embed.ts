import { TenfoldError } from "@tenfold/catalog";
import type { EmbedOptions } from "@tenfold/core";
import type { NativeModel } from "./binding.ts";
import { fromNative } from "./errors.ts";
import type { Tokenize } from "./tokenize.ts";

export interface EmbedParts {
  native: NativeModel;
  tokenize: Tokenize;
  contextSize: number;
  busy<Result>(work: () => Promise<Result>): Promise<Result>;
  checkAlive(): void;
}

/** Texts to vectors, one after the other: llama.cpp adds the tokens that its model wants around each. */
export function createEmbed({ native, tokenize, contextSize, busy, checkAlive }: EmbedParts) {
  return async (texts: readonly string[], { normalize = true, signal }: EmbedOptions = {}): Promise<Float32Array[]> => {
    if (!normalize && native.scalesVectors) {
      throw new TenfoldError("unsupported-request", "Here llama.cpp gives vectors of length 1 alone.", {
        framework: "llama.cpp",
        remedy: "Leave `normalize` out.",
      });
    }
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      signal?.throwIfAborted();
      checkAlive();
      const tokens = tokenize(text, false);
      if (tokens.length > contextSize - 2) {
        throw new TenfoldError("context-overflow", `A text has ${tokens.length} tokens; the model takes ${contextSize - 2}.`, {
          framework: "llama.cpp",
          details: { index: vectors.length },
        });
      }
      const vector = await busy(async () => native.embed?.(tokens)).catch((error: unknown) => {
        throw fromNative(error, "generation-failed", "llama.cpp failed while embedding");
      });
      vectors.push(scaled(vector ?? [], normalize));
    }
    return vectors;
  };
}

function scaled(vector: readonly number[], normalize: boolean): Float32Array {
  const length = normalize ? Math.hypot(...vector) : 1;
  return Float32Array.from(vector, (value) => (length > 0 ? value / length : value));
}
