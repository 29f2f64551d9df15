import type { ModelFormat } from "@tenfold/catalog";
import type { ModelMetadata } from "../contract/installed-model.ts";
import type { NamedTensor } from "./named-tensor.ts";

/** A file of a model, as validation sees it. */
export interface ModelFile {
  path: string;
  sizeBytes: number;
  read(range?: { start: number; end: number }): Promise<Uint8Array>;
}

/** A model that was checked, with its weights by name. */
export interface DescribedModel {
  metadata: ModelMetadata;
  tensors: readonly NamedTensor[];
}

/** One model format. */
export interface FormatHandler {
  readonly format: ModelFormat;
  /** Whether a file that begins with these bytes is of this format. */
  detect(head: Uint8Array, path: string): boolean;
  /**
   * Checks a model's files strictly, before any native code sees them.
   * @throws TenfoldError `invalid-format` saying what is wrong and where.
   */
  validate(files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata>;
}
