import { type ChunkList, chunkSizeBytes } from "@tenfold/catalog";
import type { Platform, Sha256Hash } from "../platform/platform.ts";

/** Makes the chunk list of a file whose bytes pass by in order. */
export function createChunkHasher(platform: Pick<Platform, "sha256">) {
  const chunks: string[] = [];
  let hash: Sha256Hash | undefined;
  let filled = 0;
  let sizeBytes = 0;

  return {
    update(bytes: Uint8Array): void {
      for (let taken = 0; taken < bytes.length; ) {
        hash ??= platform.sha256();
        const piece = bytes.subarray(taken, taken + chunkSizeBytes - filled);
        hash.update(piece);
        taken += piece.length;
        filled += piece.length;
        sizeBytes += piece.length;
        if (filled < chunkSizeBytes) continue;
        chunks.push(hash.digest());
        hash = undefined;
        filled = 0;
      }
    },
    finish(sha256: string): ChunkList {
      if (hash) chunks.push(hash.digest());
      return { schemaVersion: 1, sha256, sizeBytes, chunkSizeBytes, chunks };
    },
  };
}
