import { TenfoldError } from "@tenfold/catalog";
import type { ModelMetadata } from "../contract/installed-model.ts";
import type { DescribedModel, ModelFile } from "../formats/format-handler.ts";
import { detectFormat, validateModel } from "../formats/formats.ts";
import type { NamedTensor } from "../formats/named-tensor.ts";

/** What a model's files say of themselves. */
export interface Inspection {
  metadata: ModelMetadata;
  files: readonly { path: string; sizeBytes: number }[];
  /** Its weights in the order of the file. Absent where the format does not name them: Core ML, ExecuTorch, MLC, opaque formats. */
  tensors?: readonly NamedTensor[];
}

export interface InspectFilesOptions {
  /** When it is known. Absent: found by content. */
  format?: string;
  signal?: AbortSignal;
}

type Inspector = (files: readonly ModelFile[], signal?: AbortSignal) => Promise<DescribedModel>;

const inspectors: Readonly<Record<string, () => Promise<Inspector>>> = {
  gguf: async () => (await import("../formats/gguf/inspect.ts")).inspectGguf,
  safetensors: async () => (await import("../formats/safetensors/validate.ts")).readSafetensors,
  npz: async () => (await import("../formats/npz/validate.ts")).readNpz,
  onnx: async () => (await import("../formats/onnx/validate.ts")).readOnnxModel,
  ort: async () => (await import("../formats/ort/validate.ts")).readOrtModel,
  tflite: async () => (await import("../formats/tflite/validate.ts")).readTfliteModel,
  task: async () => (await import("../formats/task/validate.ts")).readTask,
  litertlm: async () => (await import("../formats/litertlm/validate.ts")).readLitertLm,
};

/**
 * Reads the headers of a model's files, never the weights.
 * @throws TenfoldError `unsupported-format` when no format fits, `invalid-format` for damaged files; what reading the files throws.
 */
export async function inspectFiles(files: readonly ModelFile[], { format, signal }: InspectFilesOptions = {}): Promise<Inspection> {
  const found = format ?? (await detectFormat(files))?.format;
  if (found === undefined) {
    throw new TenfoldError("unsupported-format", `${files[0]?.path ?? "This"} is not a model in a format that is known here.`);
  }
  const inspector = await inspectors[found]?.();
  const described = inspector ? await inspector(files, signal) : { metadata: await validateModel(found, files, signal) };
  return { ...described, files: files.map(({ path, sizeBytes }) => ({ path, sizeBytes })) };
}
