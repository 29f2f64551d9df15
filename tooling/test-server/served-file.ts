import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";

export interface ServedFile {
  readonly sizeBytes: number;
  readonly etag: string;
  /** The bytes from `start` up to but not including `end`, in pieces. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

const pieceBytes = 64 * 1024;

/** @param source the bytes themselves, or the path of a file on disk. */
export function createServedFile(source: Uint8Array | string): ServedFile {
  return typeof source === "string" ? createDiskFile(source) : createMemoryFile(source);
}

function createMemoryFile(bytes: Uint8Array): ServedFile {
  return {
    sizeBytes: bytes.byteLength,
    etag: `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`,
    async *read(start, end) {
      for (let offset = start; offset < end; offset += pieceBytes) yield bytes.subarray(offset, Math.min(end, offset + pieceBytes));
    },
  };
}

function createDiskFile(path: string): ServedFile {
  const { size, mtimeMs } = statSync(path);
  return {
    sizeBytes: size,
    etag: `"${size.toString(16)}-${Math.round(mtimeMs).toString(16)}"`,
    async *read(start, end) {
      if (start < end) yield* createReadStream(path, { start, end: end - 1, highWaterMark: pieceBytes });
    },
  };
}
