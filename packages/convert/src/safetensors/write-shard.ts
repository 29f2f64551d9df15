import type { WriteAt } from "../onnx/data-file.ts";
import { toFloatBytes } from "../source/float-pieces.ts";
import type { Shard } from "./plan-shards.ts";

export interface WriteShardOptions {
  signal?: AbortSignal;
  onBytes?: (written: number) => void;
}

/** Writes one safetensors file: the header, then each tensor, a piece at a time. */
export async function writeShard(shard: Shard, write: WriteAt, { signal, onBytes }: WriteShardOptions): Promise<void> {
  const entries: Record<string, object> = { __metadata__: { format: "pt" } };
  let end = 0;
  for (const { name, shape, type, sizeBytes } of shard.weights) {
    entries[name] = { dtype: type, shape, data_offsets: [end, end + sizeBytes] };
    end += sizeBytes;
  }
  const text = new TextEncoder().encode(JSON.stringify(entries));
  // Spaces behind the header keep the tensors aligned.
  const header = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(32);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(text, 8);
  await write(header, 0);
  let position = header.length;
  for (const { tensor, type } of shard.weights) {
    for await (const piece of tensor.pieces(signal)) {
      const bytes = toFloatBytes(tensor, piece, type);
      await write(bytes, position);
      position += bytes.length;
      onBytes?.(bytes.length);
    }
  }
}
