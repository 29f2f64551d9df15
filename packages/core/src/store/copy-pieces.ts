import type { Files } from "../platform/files.ts";

const pieceBytes = 4 * 1024 * 1024;

export interface CopyOptions {
  signal?: AbortSignal;
  onPiece?: (bytes: Uint8Array) => void;
}

/** Copies a file to another place, perhaps of another store, and syncs it. */
export async function copyPieces(from: Files, path: string, to: Files, target: string, { signal, onPiece }: CopyOptions = {}): Promise<void> {
  await to.remove(target);
  const file = await to.open(target);
  try {
    for (let position = 0; ; ) {
      signal?.throwIfAborted();
      const bytes = await from.read(path, { start: position, end: position + pieceBytes });
      if (bytes.length === 0) break;
      await file.write(bytes, position);
      onPiece?.(bytes);
      position += bytes.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
