/** A value of GGUF metadata: whole numbers are written as uint32, others as float32. */
export type HeaderValue =
  | string
  | boolean
  | number
  | { float: number }
  | { int32s: readonly number[] }
  | { floats: readonly number[] }
  | { strings: readonly string[] };

export interface HeaderTensor {
  name: string;
  /** Elements along each dimension, the fastest-varying first. */
  shape: readonly number[];
  type: keyof typeof tensorLayouts;
}

/** Numbers and block layouts of the tensor types that headers are made with: ggml.h and ggml-common.h of llama.cpp. */
export const tensorLayouts = {
  F32: { id: 0, elements: 1, bytes: 4 },
  F16: { id: 1, elements: 1, bytes: 2 },
  Q4_0: { id: 2, elements: 32, bytes: 18 },
  Q4_1: { id: 3, elements: 32, bytes: 20 },
  Q5_0: { id: 6, elements: 32, bytes: 22 },
  Q5_1: { id: 7, elements: 32, bytes: 24 },
  Q8_0: { id: 8, elements: 32, bytes: 34 },
  Q2_K: { id: 10, elements: 256, bytes: 84 },
  Q3_K: { id: 11, elements: 256, bytes: 110 },
  Q4_K: { id: 12, elements: 256, bytes: 144 },
  Q5_K: { id: 13, elements: 256, bytes: 176 },
  Q6_K: { id: 14, elements: 256, bytes: 210 },
  IQ4_NL: { id: 20, elements: 32, bytes: 18 },
  IQ4_XS: { id: 23, elements: 256, bytes: 136 },
  BF16: { id: 30, elements: 1, bytes: 2 },
} as const;

const alignment = 32;

/** The bytes before the first weight, and how long the whole file has to be. */
export function encodeGguf(metadata: Readonly<Record<string, HeaderValue>>, tensors: readonly HeaderTensor[]): { head: Uint8Array; sizeBytes: number } {
  const parts: Buffer[] = [Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(Object.keys(metadata).length)];
  for (const [key, value] of Object.entries(metadata)) parts.push(text(key), ...encodeValue(value));
  let offset = 0;
  for (const { name, shape, type } of tensors) {
    const layout = tensorLayouts[type];
    parts.push(text(name), u32(shape.length), ...shape.map(u64), u32(layout.id), u64(offset));
    offset = padded(offset + (shape.reduce((product, length) => product * length, 1) / layout.elements) * layout.bytes);
  }
  const written = Buffer.concat(parts);
  const head = new Uint8Array(padded(written.length));
  head.set(written);
  return { head, sizeBytes: head.length + offset };
}

const padded = (bytes: number) => Math.ceil(bytes / alignment) * alignment;

function encodeValue(value: HeaderValue): Buffer[] {
  if (typeof value === "string") return [u32(8), text(value)];
  if (typeof value === "boolean") return [u32(7), Buffer.from([value ? 1 : 0])];
  if (typeof value === "number") return Number.isInteger(value) ? [u32(4), u32(value)] : [u32(6), f32(value)];
  if ("float" in value) return [u32(6), f32(value.float)];
  if ("strings" in value) return [u32(9), u32(8), u64(value.strings.length), Buffer.concat(value.strings.map(text))];
  if ("int32s" in value) return [u32(9), u32(5), u64(value.int32s.length), Buffer.from(new Int32Array(value.int32s).buffer)];
  return [u32(9), u32(6), u64(value.floats.length), Buffer.from(new Float32Array(value.floats).buffer)];
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
