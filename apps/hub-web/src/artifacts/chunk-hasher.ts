import { createHash } from "node:crypto";
import { type ChunkList, chunkSizeBytes } from "@tenfold/catalog";

/** Hashes bytes that pass by in order: whole, and chunk by chunk. */
export interface ChunkHasher {
  update(piece: Uint8Array): void;
  /** Ends the hash. */
  finish(): ChunkList;
}

export function createChunkHasher(): ChunkHasher {
  const whole = createHash("sha256");
  const chunks: string[] = [];
  let chunk = createHash("sha256");
  let chunkBytes = 0;
  let sizeBytes = 0;
  return {
    update(piece) {
      whole.update(piece);
      sizeBytes += piece.byteLength;
      for (let start = 0; start < piece.byteLength; ) {
        const part = piece.subarray(start, start + chunkSizeBytes - chunkBytes);
        chunk.update(part);
        start += part.byteLength;
        chunkBytes += part.byteLength;
        if (chunkBytes < chunkSizeBytes) continue;
        chunks.push(chunk.digest("hex"));
        chunk = createHash("sha256");
        chunkBytes = 0;
      }
    },
    finish() {
      if (chunkBytes > 0) chunks.push(chunk.digest("hex"));
      return { schemaVersion: 1, sha256: whole.digest("hex"), sizeBytes, chunkSizeBytes, chunks };
    },
  };
}
