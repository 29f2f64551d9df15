import type { MemoryProfile } from "@tenfold/catalog";
import { batchTokensOf, layerPositions } from "./cache-terms.ts";
import { decoderGraph } from "./decoder-graph.ts";
import type { MemoryTerm } from "./memory-estimate.ts";
import type { MemoryOptions } from "./memory-options.ts";
import type { ModelShape } from "./model-shape.ts";
import { planGraph } from "./plan-graph.ts";
import { count } from "./weight-terms.ts";

/** What the results of one batch take, and the logits that are kept for each sequence. Undefined when the header says too little. */
export function computeTerm(shape: ModelShape, profile: MemoryProfile, options: MemoryOptions): MemoryTerm | undefined {
  const { compute } = profile;
  const { embeddingLength, layers } = shape;
  if (embeddingLength === undefined) return undefined;
  const { parallel = 1 } = options;
  const batchTokens = batchTokensOf(profile, options);
  const vocabularySize = shape.encoder ? 0 : (shape.vocabularySize ?? 0);
  if (compute.model === "activations") {
    const logits = vocabularySize * (compute.logits === "all" ? batchTokens : 1);
    const bytes = (compute.widths * embeddingLength * batchTokens + logits) * 4 + (compute.constantBytes ?? 0);
    return {
      name: "compute",
      bytes,
      how: `${compute.widths} results of ${count(embeddingLength)} for ${batchTokens} tokens, and ${count(logits)} logits, in F32`,
    };
  }
  if (layers === undefined || layers.length === 0) return undefined;
  const positions = layerPositions(shape, profile, options);
  const bufferBytes = planGraph(
    decoderGraph({
      embeddingLength,
      vocabularySize,
      layers: layers.map((layer, index) => ({ ...layer, positions: shape.encoder ? batchTokens : (positions[index] ?? 0) })),
      batchTokens,
      fusedAttention: options.fusedAttention ?? compute.fusedAttention,
    }),
  );
  const logitsBytes = vocabularySize * 4 * parallel;
  return {
    name: "compute",
    bytes: bufferBytes + logitsBytes,
    how: `${count(bufferBytes)} bytes for the results of ${batchTokens} tokens, ${count(vocabularySize * batchTokens)} logits among them, and ${count(logitsBytes)} for the answers' logits`,
  };
}
