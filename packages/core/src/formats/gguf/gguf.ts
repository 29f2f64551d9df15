import type { GgufArray, GgufScalar, GgufValue } from "./value-types.ts";

export interface GgufTensor {
  readonly name: string;
  /** Elements along each dimension, the fastest-varying first. */
  readonly shape: readonly number[];
  readonly elements: number;
  /** "Q4_K", "F16", …: a name of `tensorTypes`. */
  readonly type: string;
  /** From `dataOffset`. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The header of a GGUF file. */
export interface Gguf {
  readonly version: number;
  readonly sizeBytes: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
  readonly alignment: number;
  /** Where tensor data begins, from the start of the file. */
  readonly dataOffset: number;
  /** A scalar of the metadata, undefined when absent. @throws TenfoldError `invalid-format` when it is of another type. */
  string(key: string): string | undefined;
  number(key: string): number | undefined;
  boolean(key: string): boolean | undefined;
  /** Where an array lies, without decoding it. */
  arrayInfo(key: string): GgufArray | undefined;
  /**
   * Reads and decodes an array.
   * @param options.encoding how strings are decoded; "latin1" keeps every byte, for strings that need not be UTF-8.
   */
  array(key: string, options?: ArrayOptions): Promise<readonly GgufScalar[] | undefined>;
}

export interface ArrayOptions {
  encoding?: "utf-8" | "latin1";
  signal?: AbortSignal;
}
