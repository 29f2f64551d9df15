import type { ModelMetadata } from "../../contract/installed-model.ts";
import type { ByteSource } from "./byte-source.ts";
import { describeGguf } from "./describe.ts";
import type { Gguf } from "./gguf.ts";
import { invalidGguf } from "./invalid-gguf.ts";
import { joinParts, type Part, splitOf } from "./join-parts.ts";
import { defaultGgufLimits } from "./limits.ts";
import { type ReadGgufOptions, readGguf } from "./reader.ts";
import { validateArchitecture } from "./validate-architecture.ts";
import { validateLayout } from "./validate-layout.ts";
import { validateTensors } from "./validate-tensors.ts";
import { validateTokenizer } from "./validate-tokenizer.ts";
import { validateWeights } from "./validate-weights.ts";

/**
 * Checks the GGUF files of a model: one, or all parts of a split one in any order.
 * @throws TenfoldError `invalid-format`.
 */
export function validateGgufFiles(files: readonly (ByteSource & { path: string })[], options: ReadGgufOptions = {}): Promise<ModelMetadata> {
  const [only, ...others] = inOrder(files);
  return only && others.length === 0 ? validateGguf(only, options) : validateSplitGguf(inOrder(files), options);
}

/** Parts in the order of their numbers, which their names end in. */
export function inOrder<File extends { path: string }>(files: readonly File[]): File[] {
  return [...files].sort((left, right) => (left.path < right.path ? -1 : 1));
}

/**
 * Checks a GGUF model before native code sees it: header, layout, hyperparameters, tokenizer, tensors. Reads the header and the
 * small weights only, in bounded time and memory.
 * @throws TenfoldError `invalid-format` saying what is wrong and where.
 */
export async function validateGguf(source: ByteSource, options: ReadGgufOptions = {}): Promise<ModelMetadata> {
  const gguf = await readCurrent(source, options);
  const { count } = splitOf(gguf);
  if (count > 1) {
    throw invalidGguf(`this is one of ${count} parts of a split model, and the others are not here`, { key: "split.count" }, "Open all parts together.");
  }
  validateLayout(gguf);
  return validateModel(gguf, [{ gguf, source }], options);
}

/**
 * Checks a model that is split into several files, given in the order of their names. The first holds what describes the model.
 * @throws TenfoldError `invalid-format`.
 */
export async function validateSplitGguf(sources: readonly (ByteSource & { path: string })[], options: ReadGgufOptions = {}): Promise<ModelMetadata> {
  const parts: Part[] = [];
  for (const source of sources) parts.push({ gguf: await readCurrent(source, options), source, path: source.path });
  return validateModel(joinParts(parts), parts, options);
}

async function readCurrent(source: ByteSource, options: ReadGgufOptions): Promise<Gguf> {
  const gguf = await readGguf(source, options);
  if (gguf.version > 1) return gguf;
  throw invalidGguf(
    "its version is 1, which loaders no longer accept",
    { byte: 4 },
    "Take a newer file of this model, or convert it again with llama.cpp's current tools.",
  );
}

async function validateModel(gguf: Gguf, parts: readonly Pick<Part, "gguf" | "source">[], options: ReadGgufOptions): Promise<ModelMetadata> {
  const parameters = validateArchitecture(gguf);
  const vocabularySize = await validateTokenizer(gguf, options.signal);
  validateTensors(gguf, parameters, vocabularySize);
  const limitBytes = options.limits?.checkedWeightBytes ?? defaultGgufLimits.checkedWeightBytes;
  for (const part of parts) await validateWeights(part.gguf, part.source, { limitBytes, ...(options.signal ? { signal: options.signal } : {}) });
  return describeGguf(gguf);
}
