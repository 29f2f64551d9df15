import { TenfoldError } from "@tenfold/catalog";
import type { ModelMetadata } from "../contract/installed-model.ts";
import type { FormatHandler, ModelFile } from "./format-handler.ts";
import { ggufFormat } from "./gguf-format.ts";

/** The formats that can be validated here. */
export const formatHandlers: readonly FormatHandler[] = [ggufFormat];

const headSizeBytes = 4096;

/** The handler for a model, found by its files' content; undefined when none knows it. */
export async function detectFormat(files: readonly ModelFile[]): Promise<FormatHandler | undefined> {
  for (const file of files) {
    const head = await file.read({ start: 0, end: headSizeBytes });
    const handler = formatHandlers.find((candidate) => candidate.detect(head, file.path));
    if (handler) return handler;
  }
  return undefined;
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
