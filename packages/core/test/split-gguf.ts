import type { Gguf } from "../src/formats/gguf/gguf.ts";
import { readGguf } from "../src/formats/gguf/reader.ts";

/** What a part says of itself, where that is not to be the truth. */
export interface StatedPart {
  number?: number;
  count?: number;
  tensors?: number;
}

export interface GgufSplitter {
  readonly gguf: Gguf;
  /** Part `index` of `count`, with the tensors `[from, to)`; the first has the model's own metadata. */
  part(index: number, count: number, from: number, to: number, stated?: StatedPart): Uint8Array;
}

/** The name of a part, as loaders look for it. */
export function partName(index: number, count: number, prefix = "m"): string {
  return `${prefix}-${String(index + 1).padStart(5, "0")}-of-${String(count).padStart(5, "0")}.gguf`;
}

/** Cuts a GGUF file into parts, as llama.cpp's own tool lays them out. */
export async function createGgufSplitter(bytes: Uint8Array): Promise<GgufSplitter> {
  const whole = Buffer.from(bytes);
  const gguf = await readGguf({ sizeBytes: whole.length, read: async ({ start, end }) => whole.subarray(start, end) });
  const metadataEnd = whole.indexOf(lengthPrefixed(gguf.tensors[0]?.name ?? ""));

  function part(index: number, count: number, from: number, to: number, stated: StatedPart = {}): Uint8Array {
    const own = gguf.tensors.slice(from, to);
    const head = Buffer.from(whole.subarray(0, 24));
    const metadata = index === 0 ? whole.subarray(24, metadataEnd) : Buffer.alloc(0);
    head.writeBigUInt64LE(BigInt(own.length), 8);
    head.writeBigUInt64LE(BigInt((index === 0 ? gguf.metadata.size : 0) + 3), 16);
    const split = [
      entry("split.no", uint16, stated.number ?? index),
      entry("split.count", uint16, stated.count ?? count),
      entry("split.tensors.count", int32, stated.tensors ?? gguf.tensors.length),
    ];
    let offset = 0;
    const [infos, data]: [Buffer[], Buffer[]] = [[], []];
    for (const tensor of own) {
      const at = whole.indexOf(lengthPrefixed(tensor.name), metadataEnd);
      const info = Buffer.from(whole.subarray(at, at + 8 + tensor.name.length + 4 + 8 * tensor.shape.length + 12));
      info.writeBigUInt64LE(BigInt(offset), info.length - 8);
      infos.push(info);
      const padded = Buffer.alloc(Math.ceil(tensor.sizeBytes / gguf.alignment) * gguf.alignment);
      padded.set(whole.subarray(gguf.dataOffset + tensor.offset, gguf.dataOffset + tensor.offset + tensor.sizeBytes));
      data.push(padded);
      offset += padded.length;
    }
    const header = Buffer.concat([head, metadata, ...split, ...infos]);
    return Uint8Array.from(Buffer.concat([header, Buffer.alloc((gguf.alignment - (header.length % gguf.alignment)) % gguf.alignment), ...data]));
  }
  return { gguf, part };
}

/** Type numbers of GGUF metadata values. */
const [uint16, int32] = [2, 5];

function entry(key: string, type: number, value: number): Buffer {
  const typed = Buffer.alloc(type === uint16 ? 6 : 8);
  typed.writeUInt32LE(type);
  typed.writeUIntLE(value, 4, typed.length - 4);
  return Buffer.concat([lengthPrefixed(key), typed]);
}

function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.alloc(8 + text.length);
  bytes.writeBigUInt64LE(BigInt(text.length));
  bytes.write(text, 8);
  return bytes;
}
