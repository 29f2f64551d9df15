import { type ByteSource, type GgufTensor, readGguf } from "@tenfold/core/gguf";
import type { BlockLayout } from "../blocks/block-layout.ts";
import { blockLayouts } from "../blocks/block-layouts.ts";
import { unsupported } from "./llama-shape.ts";

/** Elements that are in memory at a time, unless one row or one head has more. */
const pieceElements = 512 * 1024;
const floatBytes: ReadonlyMap<string, number> = new Map([
  ["F32", 4],
  ["F16", 2],
  ["BF16", 2],
]);

/** A matrix, or a list as one row of it. */
export interface WeightTensor {
  readonly name: string;
  readonly type: string;
  readonly rows: number;
  readonly columns: number;
  /** Absent for floats. */
  readonly layout?: BlockLayout;
  /** Reads the rows in order, some at a time. */
  pieces(signal?: AbortSignal): AsyncIterable<RowPiece>;
}

export interface RowPiece {
  readonly row: number;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

export interface Weights {
  /** Of all files. */
  readonly tensors: readonly GgufTensor[];
  /** @throws TenfoldError `unsupported-format` for a type that is not known or a shape other than expected. */
  take(name: string, shape: readonly [columns: number, rows?: number], heads?: { headLength: number }): WeightTensor;
  takeOptional(...parameters: Parameters<Weights["take"]>): WeightTensor | undefined;
  /** Tensors that nobody took: what they would do is not reproduced. */
  readonly untaken: readonly string[];
}

/** @param sources the files of one model, all its parts, validated. */
export async function openWeights(sources: readonly ByteSource[], signal?: AbortSignal): Promise<Weights> {
  const places = new Map<string, { tensor: GgufTensor; source: ByteSource; start: number }>();
  for (const source of sources) {
    const gguf = await readGguf(source, signal ? { signal } : {});
    for (const tensor of gguf.tensors) places.set(tensor.name, { tensor, source, start: gguf.dataOffset + tensor.offset });
  }
  const taken = new Set<string>();

  const takeOptional: Weights["takeOptional"] = (name, [columns, rows = 1], heads) => {
    const place = places.get(name);
    if (!place) return undefined;
    taken.add(name);
    const { shape, type } = place.tensor;
    // A list may be taken as a column, so that its elements move as rows do.
    const isColumn = columns === 1 && shape.length === 1 && shape[0] === rows;
    if (!isColumn && (shape[0] !== columns || shape.slice(1).reduce((product, length) => product * length, 1) !== rows))
      throw unsupported(`${name} has the shape ${shape.join(" × ")}, expected ${columns} × ${rows}`);
    const layout = blockLayouts.get(type);
    const elementBytes = layout ? layout.fileBytes / layout.fileElements : floatBytes.get(type);
    if (elementBytes === undefined) throw unsupported(`${name} is of the type ${type}`, "Take a file of this model in another quantization.");
    if (isColumn && layout) throw unsupported(`${name} is of the type ${type}`);
    const rowBytes = columns * elementBytes;
    return {
      ...{ name, type, rows, columns, ...(layout ? { layout } : {}) },
      async *pieces(readSignal) {
        const group = heads?.headLength ?? 1;
        const step = Math.max(1, Math.floor(pieceElements / columns / group)) * group;
        for (let row = 0; row < rows; row += step) {
          readSignal?.throwIfAborted();
          const count = Math.min(step, rows - row);
          const start = place.start + row * rowBytes;
          const bytes = await place.source.read({ start, end: start + count * rowBytes });
          if (bytes.length < count * rowBytes) throw unsupported(`the file ends inside ${name}`, "Fetch the file again; it was not received whole.");
          yield { row, rows: count, bytes: heads ? inHalves(bytes, rowBytes, heads.headLength) : bytes };
        }
      },
    };
  };

  return {
    tensors: [...places.values()].map(({ tensor }) => tensor),
    takeOptional,
    take(name, shape, heads) {
      const tensor = takeOptional(name, shape, heads);
      if (!tensor) throw unsupported(`it has no ${name}`);
      return tensor;
    },
    get untaken() {
      return [...places.keys()].filter((name) => !taken.has(name));
    },
  };
}

/** Rows 0, 1, 2, 3, … of a head become 0, 2, …, 1, 3, …: pairs that are rotated together move from neighbours to halves. */
function inHalves(bytes: Uint8Array, rowBytes: number, headLength: number): Uint8Array {
  const moved = new Uint8Array(bytes.length);
  const rows = bytes.length / rowBytes;
  for (let row = 0; row < rows; row += 1) {
    const within = row % headLength;
    const target = row - within + (within >> 1) + (within & 1) * (headLength / 2);
    moved.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), target * rowBytes);
  }
  return moved;
}
