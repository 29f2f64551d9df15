import { TenfoldError } from "@tenfold/catalog";
import type { ModelMetadata } from "../contract/installed-model.ts";
import type { FormatHandler, ModelFile } from "./format-handler.ts";
import { ggufFormat } from "./gguf-format.ts";
import { litertlmFormat } from "./litertlm-format.ts";
import { mlcFormat } from "./mlc-format.ts";
import { mlmodelFormat } from "./mlmodel-format.ts";
import { mlmodelcFormat } from "./mlmodelc-format.ts";
import { mlpackageFormat } from "./mlpackage-format.ts";
import { npzFormat } from "./npz-format.ts";
import { onnxFormat } from "./onnx-format.ts";
import { ortFormat } from "./ort-format.ts";
import { pllmFormat } from "./pllm-format.ts";
import { pteFormat } from "./pte-format.ts";
import { safetensorsFormat } from "./safetensors-format.ts";
import { systemFormat } from "./system-format.ts";
import { taskFormat } from "./task-format.ts";
import { tfliteFormat } from "./tflite-format.ts";

/** The formats that can be validated here. Folders that hold files of other formats come first. */
export const formatHandlers: readonly FormatHandler[] = [
  mlpackageFormat,
  mlmodelcFormat,
  mlcFormat,
  ggufFormat,
  safetensorsFormat,
  onnxFormat,
  npzFormat,
  tfliteFormat,
  taskFormat,
  litertlmFormat,
  ortFormat,
  pteFormat,
  mlmodelFormat,
  pllmFormat,
  systemFormat,
];

const headSizeBytes = 4096;
const mostHeads = 4096;

/** The handler for a model, found by its files' content and names; undefined when none knows it. */
export async function detectFormat(files: readonly ModelFile[]): Promise<FormatHandler | undefined> {
  const heads: { head: Uint8Array; path: string }[] = [];
  for (const file of files.slice(0, mostHeads)) heads.push({ head: await file.read({ start: 0, end: headSizeBytes }), path: file.path });
  return formatHandlers.find((handler) => heads.some(({ head, path }) => handler.detect(head, path)));
}

/** @throws TenfoldError `unsupported-format` for a format that has no handler, `invalid-format` for bad files. */
export async function validateModel(format: string, files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelMetadata> {
  const handler = formatHandlers.find((candidate) => candidate.format === format);
  if (!handler) {
    const known = formatHandlers.map((candidate) => candidate.format).join(", ");
    throw new TenfoldError("unsupported-format", `There is no validator for ${format} yet; there is one for: ${known}.`);
  }
  return handler.validate(files, signal);
}
