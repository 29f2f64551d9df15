import type { Cursor } from "./cursor.ts";
import { invalidGguf } from "./invalid-gguf.ts";
import type { GgufLimits } from "./limits.ts";

/** First bytes of the formats that came before GGUF, as little-endian files show them. */
const legacyMagics: ReadonlyMap<string, string> = new Map([
  ["lmgg", "ggml"],
  ["fmgg", "ggmf"],
  ["tjgg", "ggjt"],
  ["algg", "ggla"],
]);

export interface Preamble {
  version: number;
  tensorCount: number;
  metadataCount: number;
}

/** Magic, version and counts. */
export async function readPreamble(cursor: Cursor, sizeBytes: number, limits: GgufLimits): Promise<Preamble> {
  if (sizeBytes === 0) throw invalidGguf("the file is empty");
  await cursor.ensure(8, "the first 8 bytes");
  const magic = String.fromCharCode(...cursor.bytes(4));
  const legacy = legacyMagics.get(magic);
  if (legacy) {
    throw invalidGguf(
      `this is a ${legacy} file, a format that came before GGUF`,
      { byte: 0 },
      "Convert the original model to GGUF with llama.cpp's current tools, or take a GGUF of it.",
    );
  }
  if (magic !== "GGUF") throw invalidGguf(`it begins with ${JSON.stringify(magic)}, expected "GGUF"`, { byte: 0 });
  const version = cursor.uint32();
  if (version !== 0 && (version & 0xffff) === 0) {
    throw invalidGguf(
      "it is big-endian, which Tenfold does not read",
      { byte: 4 },
      "Take a little-endian GGUF of this model, or convert it with llama.cpp's gguf_convert_endian.py.",
    );
  }
  if (version < 1 || version > 3) {
    throw invalidGguf(`its version is ${version}, expected 1, 2 or 3`, { byte: 4 }, version > 3 ? "Update Tenfold, or take a file of version 3." : undefined);
  }
  await cursor.ensure(version === 1 ? 8 : 16, "the counts of tensors and metadata");
  const tensorCount = version === 1 ? cursor.uint32() : cursor.length64();
  const metadataCount = version === 1 ? cursor.uint32() : cursor.length64();
  if (tensorCount > limits.tensors) throw invalidGguf(`it claims ${tensorCount} tensors, at most ${limits.tensors} are accepted`, { byte: 8 });
  if (metadataCount > limits.metadataEntries)
    throw invalidGguf(`it claims ${metadataCount} metadata entries, at most ${limits.metadataEntries} are accepted`, { byte: 8 });
  return { version, tensorCount, metadataCount };
}
