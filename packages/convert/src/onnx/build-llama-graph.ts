import type { LlamaShape } from "../source/llama-shape.ts";
import type { LlamaWeights } from "../source/llama-weights.ts";
import type { WeightTensor } from "../source/open-weights.ts";
import type { Rotary } from "../source/rotary-frequencies.ts";
import { contrib, createGraph, type Graph } from "./create-graph.ts";
import { createLinear, type LinearOptions } from "./create-linear.ts";
import type { DataFile } from "./data-file.ts";

/** The input that says for how many positions, from the last, logits are computed; 0, which need not be given, means all. */
export const logitsToKeep = "num_logits_to_keep";

export interface LlamaGraphOptions extends LinearOptions {
  shape: LlamaShape;
  weights: LlamaWeights;
  rotary: Rotary;
  /** Beside the model. */
  dataFile: string;
}

/**
 * The graph of a Llama-like decoder, with the names of onnxruntime-genai: `input_ids` and `attention_mask` (int64, padded on the right),
 * `past_key_values.N.key|value` and `present.N.key|value` (F32, batch × heads × positions × head), `logits` (F32).
 */
export function buildLlamaGraph(data: DataFile, { shape, weights, rotary, dataFile, ...options }: LlamaGraphOptions): Graph {
  const graph = createGraph(dataFile);
  const linear = createLinear(graph, data, options);
  const ids = graph.input("input_ids", "I64", ["batch_size", "sequence_length"]);
  const mask = graph.input("attention_mask", "I64", ["batch_size", "total_sequence_length"]);
  const lengths = sequenceLengths(graph, mask);
  const caches = rotaryCaches(graph, data, shape, rotary);
  const norm = (weight: WeightTensor, input: string, to: string) =>
    graph.node("SimplifiedLayerNormalization", to, [input, linear.list(weight)], {
      attributes: { axis: { int: -1 }, epsilon: { float: shape.normEpsilon }, stash_type: { int: 1 } },
    });
  /** Adds to the residual stream and normalizes the sum. */
  const addAndNorm = (residual: string, added: string, weight: WeightTensor, to: string) => {
    const sum = `${to}_sum`;
    graph.node("SkipSimplifiedLayerNormalization", to, [residual, added, linear.list(weight)], {
      domain: contrib,
      attributes: { epsilon: { float: shape.normEpsilon } },
      outputs: [to, "", "", sum],
    });
    return { normed: to, residual: sum };
  };
  /** Normalizes each head of `[batch, positions, heads × headLength]` by itself. */
  const headNorm = (weight: WeightTensor | undefined, input: string, width: number) => {
    if (!weight) return input;
    const heads = graph.node("Reshape", `${input}_heads`, [input, graph.integers("heads_apart", [0, -1, shape.headLength])]);
    const normed = norm(weight, heads, `${input}_heads_normed`);
    return graph.node("Reshape", `${input}_normed`, [normed, graph.integers(`heads_together_${width}`, [0, -1, width])]);
  };

  let residual = linear.look(weights.embedding, ids, "embedding");
  let added: string | undefined;
  for (const [index, layer] of weights.layers.entries()) {
    const at = (part: string) => `layers.${index}.${part}`;
    const start =
      added === undefined
        ? { normed: norm(layer.attentionNorm, residual, at("attn_norm")), residual }
        : addAndNorm(residual, added, layer.attentionNorm, at("attn_norm"));
    const q = headNorm(layer.qNorm, linear.multiply(layer.q, start.normed, at("q")), shape.headCount * shape.headLength);
    const k = headNorm(layer.kNorm, linear.multiply(layer.k, start.normed, at("k")), shape.headCountKv * shape.headLength);
    const v = linear.multiply(layer.v, start.normed, at("v"));
    const cache = (name: string, positions: string) => [`${name}`, "F32", ["batch_size", shape.headCountKv, positions, shape.headLength]] as const;
    const past = ["key", "value"].map((part) => graph.input(...cache(`past_key_values.${index}.${part}`, "past_sequence_length")));
    const present = ["key", "value"].map((part) => graph.output(...cache(`present.${index}.${part}`, "total_sequence_length")));
    const attended = graph.node("GroupQueryAttention", at("attention"), [q, k, v, ...past, ...lengths, ...caches], {
      domain: contrib,
      attributes: {
        num_heads: { int: shape.headCount },
        kv_num_heads: { int: shape.headCountKv },
        scale: { float: 1 / Math.sqrt(shape.headLength) },
        do_rotary: { int: 1 },
        rotary_interleaved: { int: 0 },
      },
      outputs: [at("attention"), ...present],
    });
    const output = linear.multiply(layer.attentionOutput, attended, at("attn_output"));
    const middle = addAndNorm(start.residual, output, layer.feedForwardNorm, at("ffn_norm"));
    const gate = linear.multiply(layer.gate, middle.normed, at("gate"));
    const up = linear.multiply(layer.up, middle.normed, at("up"));
    const activated = graph.node("Mul", at("silu"), [gate, graph.node("Sigmoid", at("sigmoid"), [gate])]);
    added = linear.multiply(layer.down, graph.node("Mul", at("gated"), [activated, up]), at("down"));
    residual = middle.residual;
  }
  const last = addAndNorm(residual, added ?? residual, weights.norm, "norm");
  linear.multiply({ weight: weights.output ?? weights.embedding }, keptPositions(graph, last.normed), "logits");
  graph.output("logits", "F32", ["batch_size", "logits_length", shape.vocabularySize]);
  return graph;
}

/** What GroupQueryAttention wants in place of a mask: the last position of each sequence, and the longest length. */
function sequenceLengths(graph: Graph, mask: string): [string, string] {
  const toInt32 = { attributes: { to: { int: 6 } } };
  const count = graph.node("ReduceSum", "mask_count", [mask, graph.integers("second", [1])], { attributes: { keepdims: { int: 0 } } });
  const lastPosition = graph.node("Cast", "seqlens_k", [graph.node("Sub", "last_position", [count, graph.integers("one", [1])])], toInt32);
  const total = graph.node("Gather", "mask_length", [graph.node("Shape", "mask_shape", [mask]), graph.integers("index_one", [1], [])]);
  return [lastPosition, graph.node("Cast", "total_sequence_length_i32", [total], toInt32)];
}

/** Cosine and sine for every position: positions × headLength / 2. Angles are rounded to 32 bits, as in training. */
function rotaryCaches(graph: Graph, data: DataFile, { contextLength, headLength }: LlamaShape, { frequencies, amplitude }: Rotary): string[] {
  const pairs = headLength / 2;
  return (["cos", "sin"] as const).map((name) => {
    const make = () => {
      const values = new Float32Array(contextLength * pairs);
      for (let position = 0; position < contextLength; position += 1)
        for (let pair = 0; pair < pairs; pair += 1)
          values[position * pairs + pair] = amplitude * Math[name](Math.fround(position * (frequencies[pair] as number)));
      return new Uint8Array(values.buffer);
    };
    return graph.stored(`${name}_cache`, "F32", [contextLength, pairs], data.bytes(`${name} cache`, make, contextLength * pairs * 4));
  });
}

/** The last positions only, where it is asked for: an input that has a default, which older callers do not see. */
function keptPositions(graph: Graph, input: string): string {
  graph.integers(logitsToKeep, [0], []);
  graph.input(logitsToKeep, "I64", []);
  const list = graph.node("Reshape", "logits_to_keep_list", [logitsToKeep, graph.integers("one", [1])]);
  // A start of 0 keeps all.
  const start = graph.node("Neg", "logits_start", [list]);
  return graph.node("Slice", "kept", [input, start, graph.integers("no_end", [2n ** 63n - 1n]), graph.integers("second", [1])]);
}
