import { createReadStream } from "node:fs";
import type { ChunkList } from "@tenfold/catalog";
import { createChunkHasher } from "./chunk-hasher.ts";

/** Reads a file once and hashes it, whole and by chunk. Rejects with what reading throws, or the signal's reason. */
export async function hashFile(
  path: string,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (doneBytes: number) => void } = {},
): Promise<ChunkList> {
  const hasher = createChunkHasher();
  let doneBytes = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    hasher.update(piece);
    doneBytes += piece.byteLength;
    onProgress?.(doneBytes);
  }
  return hasher.finish();
}
