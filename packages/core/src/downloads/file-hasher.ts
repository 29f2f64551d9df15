import { type ChunkList, chunkSizeBytes } from "@tenfold/catalog";
import type { Platform, Sha256Hash } from "../platform/platform.ts";

/** Hashes a file whose bytes pass by in order, whole and chunk by chunk. */
export interface FileHasher {
  update(bytes: Uint8Array): void;
  /** Ends the hash; every call gives the same. */
  finish(): Promise<ChunkList>;
}

export function createFileHasher(platform: Pick<Platform, "sha256">): FileHasher {
  const whole = platform.sha256();
  const chunks: Promise<string>[] = [];
  let chunk: Sha256Hash | undefined;
  let filled = 0;
  let sizeBytes = 0;
  let finished: Promise<ChunkList> | undefined;

  async function end(): Promise<ChunkList> {
    if (chunk) chunks.push(chunk.digest());
    return { schemaVersion: 1, sha256: await whole.digest(), sizeBytes, chunkSizeBytes, chunks: await Promise.all(chunks) };
  }

  return {
    update(bytes) {
      whole.update(bytes);
      for (let taken = 0; taken < bytes.length; ) {
        chunk ??= platform.sha256(chunkSizeBytes);
        const piece = bytes.subarray(taken, taken + chunkSizeBytes - filled);
        chunk.update(piece);
        taken += piece.length;
        filled += piece.length;
        sizeBytes += piece.length;
        if (filled < chunkSizeBytes) continue;
        chunks.push(chunk.digest());
        chunk = undefined;
        filled = 0;
      }
    },
    finish() {
      finished ??= end();
      return finished;
    },
  };
}
