import { open } from "node:fs/promises";
import type { ChunkList } from "@tenfold/catalog";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { createChunkHasher } from "../artifacts/chunk-hasher.ts";

const pieceBytes = 1024 * 1024;

/** Copies a file that the hub holds, and hashes what is really there: disks forget. Nothing when it holds none. */
export async function readStored(
  store: ArtifactStore,
  sha256: string,
  { to, signal, onProgress }: { to: string; signal: AbortSignal; onProgress: (doneBytes: number, totalBytes: number) => void },
): Promise<ChunkList | undefined> {
  const stored = await store.open(sha256);
  if (stored === undefined) return undefined;
  const target = await open(to, "w");
  const hasher = createChunkHasher();
  try {
    const piece = new Uint8Array(pieceBytes);
    for (let position = 0; position < stored.sizeBytes; ) {
      signal.throwIfAborted();
      const count = await stored.read(piece, position);
      if (count === 0) break;
      const part = piece.subarray(0, count);
      await target.writeFile(part);
      hasher.update(part);
      position += count;
      onProgress(position, stored.sizeBytes);
    }
    return hasher.finish();
  } finally {
    await Promise.all([stored.close(), target.close()]);
  }
}
