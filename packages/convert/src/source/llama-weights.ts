import { type LlamaShape, unsupported } from "./llama-shape.ts";
import type { Weights, WeightTensor } from "./open-weights.ts";

/** A matrix of a layer, with its bias where there is one. */
export interface Projection {
  readonly weight: WeightTensor;
  readonly bias?: WeightTensor;
}

export interface LlamaLayer {
  readonly attentionNorm: WeightTensor;
  readonly q: Projection;
  readonly k: Projection;
  readonly v: Projection;
  /** One head wide, of Qwen 3. */
  readonly qNorm?: WeightTensor;
  readonly kNorm?: WeightTensor;
  readonly attentionOutput: Projection;
  readonly feedForwardNorm: WeightTensor;
  readonly gate: Projection;
  readonly up: Projection;
  readonly down: Projection;
}

export interface LlamaWeights {
  readonly embedding: WeightTensor;
  readonly layers: readonly LlamaLayer[];
  readonly norm: WeightTensor;
  /** Absent where the embedding serves as output too. */
  readonly output?: WeightTensor;
  /** Absent where rotations are not scaled one by one. */
  readonly rotaryFactors?: WeightTensor;
}

/** All tensors of a model by their use. @throws TenfoldError `unsupported-format` for tensors whose use is not known. */
export function takeLlamaWeights(weights: Weights, shape: LlamaShape): LlamaWeights {
  const { embeddingLength: width, headLength, vocabularySize } = shape;
  const [queryWidth, keyWidth] = [shape.headCount * headLength, shape.headCountKv * headLength];
  const heads = shape.interleaved ? { headLength } : undefined;

  function projection(name: string, columns: number, rows: number, order?: { headLength: number }): Projection {
    const weight = weights.take(`${name}.weight`, [columns, rows], order);
    // Each element of a bias goes with a row of its matrix.
    const bias = weights.takeOptional(`${name}.bias`, order ? [1, rows] : [rows], order);
    return { weight, ...(bias ? { bias } : {}) };
  }
  const layers = Array.from({ length: shape.layerCount }, (_, layer): LlamaLayer => {
    const at = (part: string) => `blk.${layer}.${part}`;
    const [qNorm, kNorm] = ["attn_q_norm.weight", "attn_k_norm.weight"].map((name) => weights.takeOptional(at(name), [headLength]));
    if (shape.family === "qwen3" && !(qNorm && kNorm)) throw unsupported(`it has no ${at("attn_q_norm.weight")} or ${at("attn_k_norm.weight")}`);
    if (shape.family !== "qwen3" && (qNorm || kNorm)) throw unsupported("it normalizes queries or keys");
    return {
      attentionNorm: weights.take(at("attn_norm.weight"), [width]),
      q: projection(at("attn_q"), width, queryWidth, heads),
      k: projection(at("attn_k"), width, keyWidth, heads),
      v: projection(at("attn_v"), width, keyWidth),
      ...(qNorm && kNorm ? { qNorm, kNorm } : {}),
      attentionOutput: projection(at("attn_output"), queryWidth, width),
      feedForwardNorm: weights.take(at("ffn_norm.weight"), [width]),
      gate: projection(at("ffn_gate"), width, shape.feedForwardLength),
      up: projection(at("ffn_up"), width, shape.feedForwardLength),
      down: projection(at("ffn_down"), shape.feedForwardLength, width),
    };
  });
  const output = weights.takeOptional("output.weight", [width, vocabularySize]);
  const rotaryFactors = weights.takeOptional("rope_freqs.weight", [headLength / 2]);
  const taken: LlamaWeights = {
    embedding: weights.take("token_embd.weight", [width, vocabularySize]),
    layers,
    norm: weights.take("output_norm.weight", [width]),
    ...(output ? { output } : {}),
    ...(rotaryFactors ? { rotaryFactors } : {}),
  };
  const [unknown] = weights.untaken;
  if (unknown !== undefined) throw unsupported(`it has a tensor ${JSON.stringify(unknown)}, whose use is not known`);
  return taken;
}
