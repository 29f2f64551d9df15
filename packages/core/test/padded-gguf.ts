import { readFileSync } from "node:fs";

const tinyModel = new URL("../../adapter-testkit/models/tenfold-tiny/gguf/tenfold-tiny-q4_0.gguf", import.meta.url);

/** Type numbers of GGUF metadata values. */
const arrayType = 9;
const byteType = 0;

/**
 * The tiny model, a valid GGUF file that frameworks load, made longer by an array of zeros in its metadata: for tests
 * that need a real model of several chunks.
 */
export function paddedGguf(atLeastBytes: number): Uint8Array {
  const model = readFileSync(tinyModel);
  const alignment = 32;
  const key = new TextEncoder().encode("tenfold.padding");
  const entryHeadBytes = 8 + key.length + 4 + 4 + 8;
  // A multiple of the alignment in all, so that the tensors behind it stay aligned.
  const wanted = Math.max(atLeastBytes - model.length, entryHeadBytes);
  const paddingBytes = Math.ceil(wanted / alignment) * alignment;
  const entry = Buffer.alloc(paddingBytes);
  let at = entry.writeBigUInt64LE(BigInt(key.length), 0);
  entry.set(key, at);
  at = entry.writeUInt32LE(arrayType, at + key.length);
  at = entry.writeUInt32LE(byteType, at);
  entry.writeBigUInt64LE(BigInt(paddingBytes - entryHeadBytes), at);

  const head = Buffer.from(model.subarray(0, 24));
  head.writeBigUInt64LE(head.readBigUInt64LE(16) + 1n, 16);
  return Uint8Array.from(Buffer.concat([head, entry, model.subarray(24)]));
}
