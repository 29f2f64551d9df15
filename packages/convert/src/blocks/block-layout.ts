/**
 * How a tensor type of ggml holds its numbers, as blocks of small integers: element = (integer - zeroPoint) × scale + minimum, in 32-bit
 * floats. All types here are held exactly, for their scales are products that a 32-bit float holds.
 */
export interface BlockLayout {
  readonly type: string;
  /** Elements and bytes that the file encodes together. */
  readonly fileElements: number;
  readonly fileBytes: number;
  /** Elements that share a scale. */
  readonly blockElements: 16 | 32;
  /** Bits that hold an integer. */
  readonly bits: 4 | 8;
  readonly zeroPoint: number;
  readonly hasMinima: boolean;
  /** Unpacks what the file encodes together at `at`. */
  unpack(bytes: Uint8Array, at: number, into: UnpackedBlocks, element: number): void;
}

/** Integers for each element; scales and minima for each block. */
export interface UnpackedBlocks {
  readonly integers: Uint8Array;
  readonly scales: Float32Array;
  /** Empty for types without. */
  readonly minima: Float32Array;
}

export function unpackBlocks(layout: BlockLayout, bytes: Uint8Array): UnpackedBlocks {
  const count = bytes.length / layout.fileBytes;
  const elements = count * layout.fileElements;
  const blocks = elements / layout.blockElements;
  const into = { integers: new Uint8Array(elements), scales: new Float32Array(blocks), minima: new Float32Array(layout.hasMinima ? blocks : 0) };
  for (let index = 0; index < count; index += 1) layout.unpack(bytes, index * layout.fileBytes, into, index * layout.fileElements);
  return into;
}

/** The elements as 32-bit floats: what ggml's own dequantization gives, bit by bit. */
export function dequantizeBlocks({ blockElements, zeroPoint, hasMinima }: BlockLayout, { integers, scales, minima }: UnpackedBlocks): Float32Array {
  const values = new Float32Array(integers.length);
  for (let block = 0; block < scales.length; block += 1) {
    const scale = scales[block] as number;
    const minimum = hasMinima ? (minima[block] as number) : 0;
    for (let element = block * blockElements; element < (block + 1) * blockElements; element += 1) {
      const product = Math.fround(((integers[element] as number) - zeroPoint) * scale);
      values[element] = hasMinima ? product + minimum : product;
    }
  }
  return values;
}
