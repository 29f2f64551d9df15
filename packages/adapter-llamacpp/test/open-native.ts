import type { NativeLoadOptions, NativeModel } from "../src/binding.ts";
import { createNodeBinding } from "../src/bindings/node.ts";

/** llama.cpp's own model of a file, without validation or anything else of the adapter's. */
export async function openNative(path: string, { embeddings = false }: Partial<Pick<NativeLoadOptions, "embeddings">> = {}): Promise<NativeModel> {
  const library = await createNodeBinding(false).open(() => {});
  const settings = { contextSize: 64, sequences: 1, threads: 1, batchSize: 64, gpuLayers: 0, mmap: false, mlock: false, flashAttention: false } as const;
  return library.load({ files: [], path, ...settings, embeddings, onProgress: () => {} });
}
