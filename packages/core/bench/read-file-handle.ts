import { open } from "node:fs/promises";
import type { ByteSource } from "../src/formats/gguf/index.ts";

/** A file on disk, open until `close`. */
export async function readFileHandle(path: string): Promise<{ source: ByteSource; close: () => Promise<void> }> {
  const file = await open(path);
  const { size } = await file.stat();
  return {
    source: {
      sizeBytes: size,
      async read({ start, end }) {
        const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        return bytes.subarray(0, bytesRead);
      },
    },
    close: () => file.close(),
  };
}
