import { dequantizeBlocks, unpackBlocks } from "../blocks/block-layout.ts";
import { fromFloat16, toBfloat16, toFloat16 } from "../blocks/float16.ts";
import type { RowPiece, WeightTensor } from "./open-weights.ts";

export type FloatType = "F32" | "F16" | "BF16";
export const floatTypeBytes: Readonly<Record<FloatType, number>> = { F32: 4, F16: 2, BF16: 2 };

/** A piece of a tensor in 32-bit floats, exactly. */
export function toFloat32({ type, layout }: WeightTensor, { bytes }: Pick<RowPiece, "bytes">): Float32Array {
  if (layout) return dequantizeBlocks(layout, unpackBlocks(layout, bytes));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / floatTypeBytes[type as FloatType]);
  if (type === "F32") for (let index = 0; index < values.length; index += 1) values[index] = view.getFloat32(4 * index, true);
  else if (type === "F16") for (let index = 0; index < values.length; index += 1) values[index] = fromFloat16(view.getUint16(2 * index, true));
  else {
    const words = new Uint32Array(values.buffer);
    for (let index = 0; index < values.length; index += 1) words[index] = view.getUint16(2 * index, true) << 16;
  }
  return values;
}

/** A piece of a tensor as bytes of a float type; unchanged where it is of that type. */
export function toFloatBytes(tensor: WeightTensor, piece: RowPiece, type: FloatType): Uint8Array {
  if (tensor.type === type) return piece.bytes;
  const values = toFloat32(tensor, piece);
  if (type === "F32") return new Uint8Array(values.buffer);
  return new Uint8Array(Uint16Array.from(values, type === "F16" ? toFloat16 : toBfloat16).buffer);
}

/** All of a small tensor in 32-bit floats. */
export async function readFloat32(tensor: WeightTensor, signal?: AbortSignal): Promise<Float32Array> {
  const values = new Float32Array(tensor.rows * tensor.columns);
  for await (const piece of tensor.pieces(signal)) values.set(toFloat32(tensor, piece), piece.row * tensor.columns);
  return values;
}
