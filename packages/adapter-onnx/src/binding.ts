import type { Accelerator } from "@tenfold/catalog";
import type { InstalledFile, LogLevel } from "@tenfold/core";

/** What the adapter needs of ONNX Runtime; one implementation for each way of reaching it. No logic beyond the calls. */
export interface Binding {
  /** Loads the library. Rejects when it is not installed or does not run here. */
  open(log: (level: LogLevel, message: string) => void): Promise<NativeLibrary>;
}

export interface NativeLibrary {
  /** Of ONNX Runtime itself. */
  readonly version: string;
  /** How it is reached and why so: "onnxruntime-node's library, called by its C API". */
  readonly notes: readonly string[];
  /** What this build offers. By themselves are taken those up to "cpu", the first that takes the model. */
  readonly accelerators: readonly Accelerator[];
  load(options: NativeLoadOptions): Promise<NativeSession>;
}

export interface NativeLoadOptions {
  graph: InstalledFile;
  /** Files that hold the graph's weights, where they are not in it. */
  weights: readonly InstalledFile[];
  accelerator: Accelerator;
  threads: number;
  optimization: GraphOptimization;
  /** Nothing but one answer of this model wants this thread: passes of a single token may keep it. */
  ownThread?: boolean;
}

export type GraphOptimization = "disabled" | "basic" | "extended" | "all";

/** An input or an output of a graph. A dimension is a length, or the name of one that calls decide. */
export interface ValueInfo {
  readonly name: string;
  /** "float32", "int64", …; undefined for what is no tensor. */
  readonly type: string | undefined;
  readonly shape: readonly (number | string)[];
  /** An input that has a value where it is not given. */
  readonly optional?: true;
}

export interface NativeSession {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Outputs that are given are written in place; elsewhere all outputs are new tensors. */
  readonly writesInPlace: boolean;
  /** A tensor over `data`, which must not move or change while it is used; without, over memory of its own with nothing certain in it. */
  createTensor(type: string, shape: readonly number[], data?: TensorData): NativeTensor;
  /**
   * Computes `outputNames` from `inputs`, in the order of `inputNames`. An output that is null is made anew.
   * Rejects with the signal's reason.
   */
  run(call: RunCall, signal: AbortSignal | undefined): Promise<NativeTensor[]>;
  dispose(): Promise<void>;
}

export interface RunCall {
  /** The same array each time, for it is encoded once. */
  inputNames: readonly string[];
  inputs: readonly NativeTensor[];
  outputNames: readonly string[];
  outputs: readonly (NativeTensor | null)[];
  /** Computes a single token. */
  brief?: boolean;
}

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint16Array | Uint8Array;

export interface NativeTensor {
  readonly type: string;
  readonly shape: readonly number[];
  /** Its bytes where the CPU can see them; valid until it is disposed. */
  bytes(): Uint8Array | undefined;
  /** Fetches its bytes from a device; absent where `bytes` has them. */
  download?(): Promise<Uint8Array>;
  dispose(): void;
}
