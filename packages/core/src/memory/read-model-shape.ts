import type { ModelMetadata } from "../contract/installed-model.ts";
import type { ModelFile } from "../formats/format-handler.ts";
import type { Gguf } from "../formats/gguf/gguf.ts";
import { joinParts } from "../formats/gguf/join-parts.ts";
import { readGguf } from "../formats/gguf/reader.ts";
import { inOrder } from "../formats/gguf/validate.ts";
import { shapeFromConfig } from "./config-shape.ts";
import { readGgufShape } from "./gguf-shape.ts";
import type { ModelShape, WeightShape } from "./model-shape.ts";

const mostConfigBytes = 1024 * 1024;

/**
 * The sizes of a validated model, from headers and configuration; weights are not read. A GGUF header tells everything; other formats need
 * a config.json beside them, and without one only the size of the files and what validation found is known.
 * @throws TenfoldError `invalid-format` for a GGUF header that cannot be read.
 */
export async function readModelShape(metadata: ModelMetadata, files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelShape> {
  const ggufs = metadata.format === "gguf" ? inOrder(files.filter(({ path }) => path.toLowerCase().endsWith(".gguf"))) : [];
  if (ggufs.length > 0) return readParts(ggufs, signal);
  signal?.throwIfAborted();
  const described = /(?:\.json|\.jinja|\.txt|\.md|\.model)$/i;
  const weightsBytes = files.reduce((sum, { path, sizeBytes }) => (described.test(path) ? sum : sum + sizeBytes), 0);
  const config = files.find(({ path, sizeBytes }) => /(?:^|\/)config\.json$/.test(path) && sizeBytes <= mostConfigBytes);
  const shape = shapeFromConfig(config ? jsonOf(new TextDecoder().decode(await config.read())) : undefined, weightsBytes);
  const { architecture, embeddingLength, vocabularySize } = metadata;
  return {
    ...(architecture ? { architecture } : {}),
    ...(embeddingLength ? { embeddingLength } : {}),
    ...(vocabularySize ? { vocabularySize } : {}),
    ...shape,
  };
}

async function readParts(files: readonly ModelFile[], signal: AbortSignal | undefined): Promise<ModelShape> {
  const parts: { gguf: Gguf; source: ModelFile; path: string }[] = [];
  for (const file of files) parts.push({ gguf: await readGguf(file, signal ? { signal } : {}), source: file, path: file.path });
  const [first] = parts;
  if (!first || parts.length === 1) return readGgufShape(first ? first.gguf : joinParts(parts), signal);
  // Offsets are counted in each part: one behind the other they are places among all weights.
  let before = 0;
  const weights: WeightShape[] = [];
  for (const { gguf } of parts) {
    const start = before;
    for (const tensor of gguf.tensors) weights.push({ ...tensor, offset: start + tensor.offset });
    before = weights.reduce((most, { offset, sizeBytes }) => Math.max(most, offset + sizeBytes), before);
  }
  return { ...(await readGgufShape(joinParts(parts), signal)), weights };
}

/** Validation has refused what is not JSON where it matters; here it only means that nothing is known. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
