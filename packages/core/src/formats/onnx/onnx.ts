/** An input or output of a graph. A dimension is a length, the name of one, or unknown. */
export interface OnnxValue {
  name: string;
  /** "F32", "I64", …; absent for what is no tensor. */
  type?: string;
  shape?: readonly (number | string)[];
}

export interface OnnxTensor {
  name: string;
  type: string;
  shape: readonly number[];
  elements: number;
  sizeBytes: number;
  /** The file that holds the data, where that is another one. */
  file?: string;
}

/** A model without its weights. */
export interface OnnxModel {
  irVersion: number;
  producer: string;
  /** Version of each operator set by domain; the standard one is "". */
  opsets: ReadonlyMap<string, number>;
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
  /** Of the graph and the graphs in it. */
  initializers: readonly OnnxTensor[];
  /** How often each operator occurs, as "domain:type", or "type" in the standard domain. */
  operators: ReadonlyMap<string, number>;
  /** Bits of the weights of operators that unpack them. */
  packedBits: ReadonlySet<number>;
}
