import { unpackBlocks } from "../blocks/block-layout.ts";
import { type FloatType, floatTypeBytes, toFloatBytes } from "../source/float-pieces.ts";
import type { WeightTensor } from "../source/open-weights.ts";

export interface Place {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Where the blocks of a tensor lie: integers row by row, in order, low bits first; then 32-bit scales and minima. */
export interface BlockPlaces {
  readonly integers: Place;
  readonly scales: Place;
  readonly minima: Place;
}

export type WriteAt = (bytes: Uint8Array, position: number) => Promise<void>;

/** The file with all weights, while it is planned. The same tensor in the same form has one place. */
export interface DataFile {
  floats(tensor: WeightTensor, type: FloatType): Place;
  blocks(tensor: WeightTensor): BlockPlaces;
  /** Bytes that are made, not read. */
  bytes(key: string, content: () => Uint8Array, sizeBytes: number): Place;
  readonly sizeBytes: number;
  /** Writes everything, a piece of a tensor at a time. */
  write(write: WriteAt, options: { signal?: AbortSignal; onBytes?: (written: number) => void }): Promise<void>;
}

/** Large places begin on a page, so that they can be mapped into memory. */
const [largeBytes, pageBytes, smallBytes] = [65_536, 4096, 64];

export function createDataFile(): DataFile {
  const places = new Map<string, Place | BlockPlaces>();
  const work: ((write: WriteAt, signal: AbortSignal | undefined) => AsyncIterable<number>)[] = [];
  let sizeBytes = 0;

  function place(bytes: number): Place {
    const alignment = bytes >= largeBytes ? pageBytes : smallBytes;
    const offset = Math.ceil(sizeBytes / alignment) * alignment;
    sizeBytes = offset + bytes;
    return { offset, sizeBytes: bytes };
  }
  function once<Found extends Place | BlockPlaces>(key: string, make: () => Found): Found {
    const found = (places.get(key) as Found | undefined) ?? make();
    places.set(key, found);
    return found;
  }

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    floats: (tensor, type) =>
      once(`${tensor.name} ${type}`, () => {
        const at = place(tensor.rows * tensor.columns * floatTypeBytes[type]);
        const rowBytes = tensor.columns * floatTypeBytes[type];
        work.push(async function* (write, signal) {
          for await (const piece of tensor.pieces(signal)) {
            await write(toFloatBytes(tensor, piece, type), at.offset + piece.row * rowBytes);
            yield piece.rows * rowBytes;
          }
        });
        return at;
      }),
    blocks: (tensor) =>
      once(`${tensor.name} blocks`, () => {
        const { layout, columns, rows } = tensor;
        if (!layout) throw new TypeError(`${tensor.name} has no blocks`);
        const integerBytes = (columns * layout.bits) / 8;
        const scaleBytes = (columns / layout.blockElements) * 4;
        const at = { integers: place(rows * integerBytes), scales: place(rows * scaleBytes), minima: place(layout.hasMinima ? rows * scaleBytes : 0) };
        work.push(async function* (write, signal) {
          for await (const { row, rows: count, bytes } of tensor.pieces(signal)) {
            const { integers, scales, minima } = unpackBlocks(layout, bytes);
            await write(layout.bits === 8 ? integers : inPairs(integers), at.integers.offset + row * integerBytes);
            await write(new Uint8Array(scales.buffer), at.scales.offset + row * scaleBytes);
            if (layout.hasMinima) await write(new Uint8Array(minima.buffer), at.minima.offset + row * scaleBytes);
            yield count * (integerBytes + scaleBytes * (layout.hasMinima ? 2 : 1));
          }
        });
        return at;
      }),
    bytes: (key, content, bytes) =>
      once(key, () => {
        const at = place(bytes);
        work.push(async function* (write) {
          await write(content(), at.offset);
          yield bytes;
        });
        return at;
      }),
    async write(write, { signal, onBytes }) {
      for (const step of work) for await (const bytes of step(write, signal)) onBytes?.(bytes);
    },
  };
}

/** Two integers to a byte, the first in the low half. */
function inPairs(integers: Uint8Array): Uint8Array {
  const packed = new Uint8Array(integers.length / 2);
  for (let index = 0; index < packed.length; index += 1) packed[index] = (integers[2 * index] as number) | ((integers[2 * index + 1] as number) << 4);
  return packed;
}
