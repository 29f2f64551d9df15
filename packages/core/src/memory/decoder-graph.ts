import type { AttentionShape, LayerShape } from "./model-shape.ts";
import type { GraphTensor } from "./plan-graph.ts";

export interface DecoderGraphOptions {
  embeddingLength: number;
  /** Logits for every token; 0 for a model that embeds. */
  vocabularySize: number;
  /** With the positions that each looks at. */
  layers: readonly (LayerShape & { positions: number })[];
  /** Tokens that are computed at once. */
  batchTokens: number;
  /** Attention as one operation, whose scores never lie in memory. */
  fusedAttention: boolean;
}

/**
 * What a decoder computes for one batch, result by result and in the order in which llama.cpp does (src/llama-graph.cpp: build_inp_embd,
 * build_qkv, build_attn, build_ffn): the embedding stays to the end, rotated queries and keys are new results, logits come for every token.
 */
export function decoderGraph({ embeddingLength, vocabularySize, layers, batchTokens, fusedAttention }: DecoderGraphOptions): GraphTensor[] {
  const nodes: GraphTensor[] = [];
  const seen = new Set<GraphTensor>();
  /** Appends what a result needs and then itself, depth first. */
  function compute(tensor: GraphTensor): GraphTensor {
    if (seen.has(tensor) || (tensor.input && tensor.sources.length === 0)) return tensor;
    seen.add(tensor);
    for (const source of tensor.sources) compute(source);
    nodes.push(tensor);
    return tensor;
  }
  const result = (width: number, ...sources: GraphTensor[]): GraphTensor => ({ bytes: width * batchTokens * 4, sources });
  const input = (bytes: number): GraphTensor => ({ bytes, sources: [], input: true });

  const [tokens, places, outputs] = [input(batchTokens * 4), input(batchTokens * 4), input(batchTokens * 4)];
  const masks = new Map<number, GraphTensor>();
  const maskOf = (positions: number) => {
    const mask = masks.get(positions) ?? input(positions * batchTokens * (fusedAttention ? 2 : 4));
    masks.set(positions, mask);
    return mask;
  };
  const keyPlaces = input(batchTokens * 8);
  let valuePlaces: GraphTensor | undefined;

  function attend(attention: AttentionShape, positions: number, normed: GraphTensor): GraphTensor {
    const { headCount, kvHeadCount, keyLength, valueLength, fused, biased, normalized } = attention;
    const widths = [headCount * keyLength, kvHeadCount * keyLength, kvHeadCount * valueLength] as const;
    const whole = fused ? result(widths[0] + widths[1] + widths[2], normed) : undefined;
    const [query, key, value] = widths.map((width) => {
      if (whole) return viewOf(whole, width * batchTokens * 4);
      const projected = result(width, normed);
      return viewOf(biased ? inPlace(projected) : projected);
    }) as [GraphTensor, GraphTensor, GraphTensor];
    const rotated = ([one, width]: [GraphTensor, number]) => result(width, normalized ? norm(one) : one, places);
    const [turnedQuery, turnedKey] = [rotated([query, widths[0]]), rotated([key, widths[1]])];
    // Without fused attention values are stored transposed, element by element.
    valuePlaces ??= input(batchTokens * 8 * (fusedAttention ? 1 : widths[2]));
    for (const one of [turnedQuery, value, turnedKey]) compute(one);
    compute({ bytes: 0, sources: [viewOf(turnedKey), keyPlaces] });
    compute({ bytes: 0, sources: [viewOf(value), valuePlaces] });
    const asked = viewOf(turnedQuery);
    if (fusedAttention) return compute(viewOf(result(headCount * valueLength, asked, maskOf(positions))));
    const scores = inPlace(result(positions * headCount, asked), maskOf(positions));
    return compute(result(headCount * valueLength, viewOf(result(headCount * valueLength, scores))));
  }

  let residual: GraphTensor = { ...result(embeddingLength, tokens), input: true, output: true };
  for (const [index, layer] of layers.entries()) {
    const normed = norm(residual);
    const mixed = layer.attention ? attend(layer.attention, layer.positions, normed) : remember(layer.stateWidth ?? embeddingLength, normed);
    let mixedOut = result(embeddingLength, mixed);
    if (index === layers.length - 1 && vocabularySize > 0) {
      mixedOut = result(embeddingLength, mixedOut, outputs);
      residual = result(embeddingLength, residual, outputs);
    }
    residual = inPlace(layer.normalizedAfter ? norm(mixedOut) : mixedOut, residual);
    if (layer.feedForwardLength > 0) {
      const out = result(embeddingLength, feedForward(layer, norm(residual)));
      residual = inPlace(layer.normalizedAfter ? norm(out) : out, residual);
    }
    compute(residual);
  }
  const final: GraphTensor = { ...norm(residual), output: true };
  compute(vocabularySize > 0 ? { ...result(vocabularySize, final), output: true } : final);
  return nodes;

  /** A state space, roughly: what goes in and its gate, the convolution with its input in order, step sizes, the scan, all at full width. */
  function remember(width: number, normed: GraphTensor): GraphTensor {
    const both = result(2 * width, normed);
    const convolved = inPlace(result(width, result(width, viewOf(both, width * batchTokens * 4))));
    const steps = inPlace(result(width, convolved));
    return result(width, viewOf(both, width * batchTokens * 4), inPlace(result(width, convolved, steps)));
  }

  function feedForward({ feedForwardLength, gate }: LayerShape, normed: GraphTensor): GraphTensor {
    if (gate === "fused") return result(feedForwardLength, result(2 * feedForwardLength, normed));
    const first = result(feedForwardLength, normed);
    return gate === "separate" ? result(feedForwardLength, first, result(feedForwardLength, normed)) : inPlace(first);
  }
}

function inPlace(source: GraphTensor, ...others: GraphTensor[]): GraphTensor {
  return { bytes: source.bytes, sources: [source, ...others], inPlace: true };
}

function viewOf(source: GraphTensor, bytes = source.bytes): GraphTensor {
  return { bytes, sources: [source], viewOf: source.viewOf ?? source };
}

/** Normalized, then multiplied by a weight. */
const norm = (source: GraphTensor): GraphTensor => inPlace(inPlace(source));
