import type { WritableFile } from "../platform/files.ts";

const bufferBytes = 1024 * 1024;

/** Gathers consecutive bytes into large writes, and fills one buffer while the other is written. */
export interface WriteBuffer {
  /** The bytes are copied: they may change once this resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves once everything is in the file. */
  flush(): Promise<void>;
}

export function createWriteBuffer(file: WritableFile, start: number): WriteBuffer {
  let filling = new Uint8Array(bufferBytes);
  let spare = new Uint8Array(bufferBytes);
  let filled = 0;
  let position = start;
  let writing: Promise<void> = Promise.resolve();

  /** Hands over what is gathered, once the write before it is done. */
  async function handOver(): Promise<void> {
    await writing;
    if (filled === 0) return;
    writing = file.write(filling.subarray(0, filled), position);
    // It is awaited by the next call, which may come after it has failed.
    writing.catch(() => {});
    position += filled;
    filled = 0;
    [filling, spare] = [spare, filling];
  }

  return {
    async write(bytes) {
      for (let taken = 0; taken < bytes.length; ) {
        const piece = bytes.subarray(taken, taken + bufferBytes - filled);
        filling.set(piece, filled);
        filled += piece.length;
        taken += piece.length;
        if (filled === bufferBytes) await handOver();
      }
    },
    async flush() {
      await handOver();
      await writing;
    },
  };
}
