import { readFileSync } from "node:fs";

const tinyModel = new URL("../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q4_0.gguf", import.meta.url);

/** Type numbers of GGUF metadata values. */
const arrayType = 9;
const uint64Type = 10;

/**
 * The tiny model, a valid GGUF file that frameworks load, made longer by an array of zeros in its metadata, up to
 * 32 MiB: for tests that need a real model of several chunks.
 */
export function paddedGguf(atLeastBytes: number): Uint8Array {
  const model = readFileSync(tinyModel);
  const alignment = 32;
  const key = new TextEncoder().encode("tenfold.padding.");
  // Key, types and count, then elements of eight bytes: the head is padded to eight by the key's own length.
  const entryHeadBytes = 8 + key.length + 4 + 4 + 8;
  // A multiple of the alignment in all, so that the tensors behind it stay aligned.
  const wanted = Math.max(atLeastBytes - model.length, entryHeadBytes);
  const paddingBytes = Math.ceil(wanted / alignment) * alignment;
  const entry = Buffer.alloc(paddingBytes);
  let at = entry.writeBigUInt64LE(BigInt(key.length), 0);
  entry.set(key, at);
  at = entry.writeUInt32LE(arrayType, at + key.length);
  at = entry.writeUInt32LE(uint64Type, at);
  entry.writeBigUInt64LE(BigInt((paddingBytes - entryHeadBytes) / 8), at);

  const head = Buffer.from(model.subarray(0, 24));
  head.writeBigUInt64LE(head.readBigUInt64LE(16) + 1n, 16);
  return Uint8Array.from(Buffer.concat([head, entry, model.subarray(24)]));
}
