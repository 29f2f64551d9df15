import type { Files, ModelFile } from "@tenfold/core";
import type { FloatType } from "./source/float-pieces.ts";

export const conversionTargets = ["onnx", "safetensors", "tokenizer.json"] as const;
export type ConversionTarget = (typeof conversionTargets)[number];

export interface ConvertOptions {
  /** The GGUF files of one model: one, or all parts. */
  files: readonly ModelFile[];
  to: ConversionTarget;
  /** The folder in which the new folder is made. */
  target: Files;
  /** The new folder, within `target`. It appears whole or not at all. */
  folder: string;
  /** Replace a folder that is there. Default false. */
  force?: boolean;
  /** ONNX: write quantized matrices as 32-bit floats, the same numbers in up to eight times the bytes. Default false. */
  dequantize?: boolean;
  /** ONNX: what quantized matrices are multiplied in, 32-bit floats (0) or 8-bit integers (4). Default 4. */
  accuracyLevel?: 0 | 4;
  /** safetensors: the type of all tensors. Default: each keeps its own, F32 where it is quantized, so that nothing is rounded. */
  type?: FloatType;
  /** safetensors: the most bytes of weights in a file. Default 5 × 10⁹. */
  shardBytes?: number;
  signal?: AbortSignal;
  /** Called after every piece that was written. */
  onProgress?: (progress: { writtenBytes: number; totalBytes: number }) => void;
}

export interface Conversion {
  /** Paths within the folder, in the order in which they were written. */
  readonly files: readonly { path: string; sizeBytes: number }[];
  /** The numbers of the weights are those of the source, bit by bit. */
  readonly lossless: boolean;
}
