import type { ModelFile } from "@tenfold/core";
import { modelFile } from "./files.ts";

export type GgufEntry = readonly [key: string, value: string | number | boolean | readonly string[] | readonly number[]];

const types = { uint32: 4, float32: 6, bool: 7, string: 8, array: 9 };

/** A GGUF file with this metadata and no tensors. Whole numbers are written as uint32, lists of numbers as floats unless their key speaks of types. */
export function ggufFile(entries: readonly GgufEntry[]): ModelFile {
  const parts: Buffer[] = [Buffer.from("GGUF"), uint32(3), uint64(0), uint64(entries.length)];
  for (const [key, value] of entries) parts.push(text(key), ...encoded(key, value));
  // Readers round the end of the header up to the alignment.
  return modelFile("model.gguf", Buffer.concat([...parts, Buffer.alloc(64)]));
}

function encoded(key: string, value: GgufEntry[1]): Buffer[] {
  if (typeof value === "string") return [uint32(types.string), text(value)];
  if (typeof value === "number") return [uint32(types.uint32), uint32(value)];
  if (typeof value === "boolean") return [uint32(types.bool), Buffer.from([value ? 1 : 0])];
  const head = (type: number) => [uint32(types.array), uint32(type), uint64(value.length)];
  if (typeof value[0] === "string") return [...head(types.string), ...value.map((item) => text(String(item)))];
  const whole = key.endsWith("type");
  return [...head(whole ? types.uint32 : types.float32), ...value.map((item) => (whole ? uint32(Number(item)) : float32(Number(item))))];
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}
