import type { NamedTensor } from "../named-tensor.ts";

export interface TfliteTensor {
  name: string;
  /** "F32", "I8", … */
  type: string;
  /** -1 where a length is decided when the model runs. */
  shape: readonly number[];
}

/** An entry point of a model, and what its inputs and outputs are called. */
export interface TfliteSignature {
  name: string;
  inputs: readonly TfliteTensor[];
  outputs: readonly TfliteTensor[];
}

/** A model without its weights. */
export interface TfliteModel {
  description: string;
  signatures: readonly TfliteSignature[];
  subgraphs: number;
  /** Names of operators that are not built in. */
  customOperators: readonly string[];
  /** Tensors whose values are part of the model, each once. */
  weights: readonly NamedTensor[];
}
