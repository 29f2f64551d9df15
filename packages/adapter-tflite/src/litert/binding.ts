import type { Accelerator } from "@tenfold/catalog";
import type { InstalledFile } from "@tenfold/core";

export type NumberType = "float32" | "int32" | "uint8";
export type NativeData = Float32Array | Int32Array | Uint8Array;

/** What LiteRT keeps in its own memory until it is deleted. */
export interface NativeTensor {
  /** A copy. */
  read(): NativeData;
  delete(): void;
}

export interface TensorDetails {
  name: string;
  type: NumberType;
  shape: readonly number[];
}

export interface NativeSignature {
  name: string;
  inputs: readonly TensorDetails[];
  outputs: readonly TensorDetails[];
  /** Takes every input by name, and gives every output. Inputs stay the caller's, outputs become the caller's. */
  run(inputs: Readonly<Record<string, NativeTensor>>): Promise<Readonly<Record<string, NativeTensor>>>;
}

export interface NativeModel {
  signatures: readonly NativeSignature[];
  createTensor(data: NativeData, shape: readonly number[]): NativeTensor;
  delete(): void;
}

export interface LibraryFacts {
  version: string;
  accelerators: readonly Accelerator[];
}

/** A .tflite file: its bytes, and where native code finds it. */
export type ModelSource = Pick<InstalledFile, "read"> & Partial<Pick<InstalledFile, "location">>;

export interface NativeLibrary extends LibraryFacts {
  load(source: ModelSource): Promise<NativeModel>;
}

/** How LiteRT is reached on a platform. */
export interface Binding {
  /** What `open` would give. Loads no more than it has to. */
  probe(): Promise<LibraryFacts>;
  /** The same library each time. Rejects with whatever the import failed with. */
  open(): Promise<NativeLibrary>;
  /** Lets whatever waits for this thread happen. */
  nextTask(): Promise<void>;
}
