import type { ModelMetadata } from "../contract/installed-model.ts";
import type { ModelFile } from "../formats/format-handler.ts";
import { joinParts } from "../formats/gguf/join-parts.ts";
import { readGguf } from "../formats/gguf/reader.ts";
import { shapeFromConfig } from "./config-shape.ts";
import { readGgufShape } from "./gguf-shape.ts";
import type { ModelShape } from "./model-shape.ts";

const mostConfigBytes = 1024 * 1024;

/**
 * The sizes of a validated model, from headers and configuration; weights are not read. A GGUF header tells everything; other formats need
 * a config.json beside them, and without one only the size of the files and what validation found is known.
 * @throws TenfoldError `invalid-format` for a GGUF header that cannot be read.
 */
export async function readModelShape(metadata: ModelMetadata, files: readonly ModelFile[], signal?: AbortSignal): Promise<ModelShape> {
  if (metadata.format === "gguf") {
    const parts = [];
    for (const file of files.filter(({ path }) => path.toLowerCase().endsWith(".gguf"))) {
      parts.push({ gguf: await readGguf(file, signal ? { signal } : {}), source: file, path: file.path });
    }
    const [only] = parts;
    if (only) return readGgufShape(parts.length === 1 ? only.gguf : joinParts(parts), signal);
  }
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

/** Validation has refused what is not JSON where it matters; here it only means that nothing is known. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
