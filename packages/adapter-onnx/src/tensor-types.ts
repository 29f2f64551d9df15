import type { TensorData } from "./binding.ts";

/** ONNX's numbers of the element types, and bytes of one element. */
export const elementTypes: ReadonlyMap<string, { number: number; sizeBytes: number }> = new Map([
  ["float32", { number: 1, sizeBytes: 4 }],
  ["uint8", { number: 2, sizeBytes: 1 }],
  ["int8", { number: 3, sizeBytes: 1 }],
  ["int32", { number: 6, sizeBytes: 4 }],
  ["int64", { number: 7, sizeBytes: 8 }],
  ["bool", { number: 9, sizeBytes: 1 }],
  ["float16", { number: 10, sizeBytes: 2 }],
  ["float64", { number: 11, sizeBytes: 8 }],
]);

export const typeOfNumber = (number: number): string | undefined => [...elementTypes].find(([, type]) => type.number === number)?.[0];

export const sizeBytesOf = (type: string): number => elementTypes.get(type)?.sizeBytes ?? 0;

export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Whole numbers as a tensor's data. */
export function integers(type: string, values: ArrayLike<number>): TensorData {
  if (type === "bool") return Uint8Array.from(values);
  return type === "int64" ? BigInt64Array.from({ length: values.length }, (_, index) => BigInt(values[index] ?? 0)) : Int32Array.from(values);
}

/** The floats that 16 bits stand for, made when first needed. */
let halves: Float32Array | undefined;

/** A tensor's bytes as floats: a view where they are such already. */
export function floats(type: string, bytes: Uint8Array): Float32Array {
  if (type === "float32") return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  halves ??= Float32Array.from({ length: 65_536 }, (_, bits) => halfToFloat(bits));
  const table = halves;
  return Float32Array.from(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2), (bits) => table[bits] ?? 0);
}

function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
