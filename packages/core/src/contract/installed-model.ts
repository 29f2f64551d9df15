import type { ModelFormat, Variant } from "@tenfold/catalog";

/** What a model's own files say about it. */
export interface ModelMetadata {
  format: ModelFormat;
  name?: string;
  architecture?: string;
  parameterCount?: number;
  quantization?: string;
  /** Tokens the model was trained for. */
  contextLength?: number;
  embeddingLength?: number;
  layerCount?: number;
  vocabularySize?: number;
  chatTemplate?: string;
  /** "opaque": the format has no public specification, so that only signature and size were checked. */
  validation?: "opaque";
  /** What else is worth showing, by name: the operator set of an ONNX model, whether a graph has a KV cache. */
  details?: Readonly<Record<string, string | number | boolean>>;
}

/** A verified file of an installed model. */
export interface InstalledFile {
  /** Relative to the model, forward slashes. */
  path: string;
  sizeBytes: number;
  /** Absent for a file that is used where it lies and was never hashed. */
  sha256?: string;
  /** Bytes `[start, end)`; the whole file without a range. */
  read(range?: { start: number; end: number }): Promise<Uint8Array>;
  /** Where native code can open the file, on platforms with a file system. */
  location?(): string;
  /** The file as a Blob, in browsers. */
  blob?(): Promise<Blob>;
}

/** A model whose files are on this device and verified. A model of the operating system has no files. */
export interface InstalledModel {
  /** Catalog id, or a name derived from the file for a model that no catalog knows. */
  id: string;
  variant: Variant;
  metadata: ModelMetadata;
  files: readonly InstalledFile[];
  /** A folder that shows the files under their own names, for frameworks that open folders. */
  directory?: string;
}
