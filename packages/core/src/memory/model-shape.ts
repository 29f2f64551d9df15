/** One weight, as a file's header lists it. */
export interface WeightShape {
  name: string;
  /** "F16", "Q4_K": a name of ggml's tensor types, or of the format's own. */
  type: string;
  /** Elements along each dimension, the fastest-varying first. */
  shape: readonly number[];
  sizeBytes: number;
  /** Where it begins among the weights. */
  offset: number;
}

/** Attention of one layer. */
export interface AttentionShape {
  headCount: number;
  /** Heads of keys and values: fewer than `headCount` with grouped queries. */
  kvHeadCount: number;
  /** Elements of one head's key and of its value. */
  keyLength: number;
  valueLength: number;
  /** One projection for queries, keys and values. */
  fused?: boolean;
  biased?: boolean;
  /** Queries and keys are normalized. */
  normalized?: boolean;
}

export interface LayerShape {
  /** Absent in a layer without attention. */
  attention?: AttentionShape;
  /** Elements of F32 that a recurrent layer keeps for one sequence, whatever the length of the context. */
  stateElements?: number;
  /** Width of what a recurrent layer computes with. */
  stateWidth?: number;
  /** Width between the two projections; with experts, of those that one token uses. */
  feedForwardLength: number;
  gate: "none" | "separate" | "fused";
  /** Attention and feed-forward are normalized once more before they are added. */
  normalizedAfter?: boolean;
}

/** What a model's header says of its sizes: all that an estimate needs, and no weights. */
export interface ModelShape {
  architecture?: string;
  weightsBytes: number;
  /** Absent where the format does not list them. */
  weights?: readonly WeightShape[];
  embeddingLength?: number;
  vocabularySize?: number;
  /** The output projection is the token embedding. */
  tied?: boolean;
  /** Absent when the header does not tell. */
  layers?: readonly LayerShape[];
  /** Positions that a layer with a sliding window looks back. */
  window?: number;
  /** Which layers have a window, where the header says so: whether each has, or that every how many-th has none. */
  windowed?: readonly boolean[] | number;
  /** The model embeds texts: it keeps nothing between batches. */
  encoder?: boolean;
}
