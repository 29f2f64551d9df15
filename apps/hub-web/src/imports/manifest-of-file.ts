import { type Archive, type Manifest, manifestSchema, parse } from "@tenfold/catalog";
import type { ModelMetadata } from "@tenfold/core";

export interface DescribedFile {
  /** Where it lies; absent for a file that this hub holds. */
  readonly url?: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** When the bytes are known. */
  readonly sha256?: string;
  readonly metadata: ModelMetadata;
  /** What the file holds, when it is an archive: the metadata is of that. */
  readonly archive?: Archive;
  readonly at: string;
}

/** A manifest for a single file that nobody has described: its name, and what its header says. A curator says the rest. */
export function manifestOfFile({ url, path, sizeBytes, sha256, metadata, archive, at }: DescribedFile): Manifest {
  const { format, quantization, architecture, parameterCount, contextLength, vocabularySize, chatTemplate } = metadata;
  const stem = path.replace(/(?:\.tar)?\.[^.]+$/, "");
  const evidence = { kind: "claimed", by: url === undefined ? "an upload" : new URL(url).host, at };
  const isEmbedded = ["gguf", "litertlm", "task"].includes(format);
  return parse(
    manifestSchema,
    {
      schemaVersion: 1,
      id: idOfName(stem),
      name: (metadata.name ?? stem).slice(0, 200),
      publisher: url === undefined ? "unknown" : new URL(url).hostname,
      description: url === undefined ? "An uploaded file. No curator has described it." : `The file ${url.split("?")[0]}. No curator has described it.`,
      licence: { id: "unknown", gated: false },
      ...(architecture !== undefined && { architecture }),
      ...(parameterCount !== undefined && parameterCount > 0 && { parameterCount }),
      ...(contextLength !== undefined && contextLength > 0 && { contextLength }),
      capabilities: chatTemplate === undefined ? ["completion"] : ["completion", "chat"],
      ...(isEmbedded && { tokenizer: { kind: "embedded", ...(vocabularySize !== undefined && { vocabularySize }) } }),
      ...(isEmbedded && chatTemplate !== undefined && { chatTemplate: { kind: "embedded" } }),
      variants: [
        {
          id: idOfName(quantization === undefined ? format : `${format}-${quantization}`),
          format,
          ...(quantization !== undefined && { quantization: quantization.slice(0, 64) }),
          artifacts: [
            {
              path,
              role: "weights",
              sources: url === undefined ? [] : [{ kind: "https", url }],
              sizeBytes: { value: sizeBytes, evidence },
              ...(sha256 !== undefined && { sha256: { value: sha256, evidence } }),
              ...(archive !== undefined && { archive }),
            },
          ],
        },
      ],
    },
    `manifest of ${path}`,
  );
}

/** A catalog id of any name. */
export function idOfName(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 128)
    .replace(/[^a-z0-9]+$/, "");
  return id === "" ? "model" : id;
}
