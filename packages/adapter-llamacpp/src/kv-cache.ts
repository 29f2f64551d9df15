import type { Gguf } from "@tenfold/core/gguf";

const bytesPerElement = 2;

/**
 * Bytes of the keys and values of `tokens` positions, which llama.cpp keeps in F16: 2 bytes × (key + value length) × KV heads × layers
 * for each. llama.cpp tells the sum of cache and compute buffers only; sliding windows, which need less, are not considered.
 */
export function kvCacheBytes(gguf: Gguf, tokens: number): number {
  const architecture = gguf.string("general.architecture") ?? "";
  const scalar = (name: string) => {
    const value = gguf.metadata.get(`${architecture}.${name}`)?.value;
    return typeof value === "number" ? value : undefined;
  };
  const heads = scalar("attention.head_count");
  const layers = scalar("block_count");
  const embedding = scalar("embedding_length");
  if (!heads || !layers || !embedding) return 0;
  const keyLength = scalar("attention.key_length") ?? embedding / heads;
  const valueLength = scalar("attention.value_length") ?? keyLength;
  return bytesPerElement * (keyLength + valueLength) * (scalar("attention.head_count_kv") ?? heads) * layers * tokens;
}
