import type { ByteSource } from "./byte-source.ts";
import type { Gguf } from "./gguf.ts";
import { invalidGguf, shown } from "./invalid-gguf.ts";

/**
 * Looks for NaN and infinity in the small weights (one dimension, F32): a damaged file loads without complaint and then answers
 * nonsense. The large ones would take as long as loading.
 */
export async function validateWeights(gguf: Gguf, source: ByteSource, { limitBytes, signal }: { limitBytes: number; signal?: AbortSignal }): Promise<void> {
  let readBytes = 0;
  for (const tensor of gguf.tensors) {
    if (tensor.type !== "F32" || tensor.shape.length !== 1) continue;
    readBytes += tensor.sizeBytes;
    if (readBytes > limitBytes) return;
    signal?.throwIfAborted();
    const start = gguf.dataOffset + tensor.offset;
    const bytes = await source.read({ start, end: start + tensor.sizeBytes });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + 4 <= view.byteLength; at += 4) {
      const value = view.getFloat32(at, true);
      if (!Number.isFinite(value)) throw invalidGguf(`the tensor ${shown(tensor.name)} holds ${value}`, { byte: start + at, tensor: tensor.name });
    }
  }
}
