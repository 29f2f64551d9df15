import type { ChunkList } from "@tenfold/catalog";
import type { Platform, Sha256Hash } from "../platform/platform.ts";

/** A part of a file that has a digest of its own: a chunk, or the whole file where no chunk list is known. */
export interface Segment {
  start: number;
  /** Absent while the size of the file is not known. */
  end?: number;
  sha256: string;
}

export function segmentsOf(file: { sha256: string; sizeBytes?: number; chunkList?: ChunkList }): Segment[] {
  const { chunkList } = file;
  if (!chunkList) return [{ start: 0, sha256: file.sha256, ...(file.sizeBytes === undefined ? {} : { end: file.sizeBytes }) }];
  return chunkList.chunks.map((sha256, index) => {
    const start = index * chunkList.chunkSizeBytes;
    return { start, end: Math.min(start + chunkList.chunkSizeBytes, chunkList.sizeBytes), sha256 };
  });
}

const readSizeBytes = 1024 * 1024;

/** Feeds `[start, end)` of a stored file to a hash, piece by piece. */
export async function hashRange(
  platform: Platform,
  path: string,
  range: { start: number; end: number },
  hash: Sha256Hash,
  signal?: AbortSignal,
): Promise<void> {
  for (let position = range.start; position < range.end; ) {
    signal?.throwIfAborted();
    const bytes = await platform.files.read(path, { start: position, end: Math.min(position + readSizeBytes, range.end) });
    if (bytes.length === 0) return;
    hash.update(bytes);
    position += bytes.length;
  }
}

/** The segments whose bytes on disk are not what their digest says. A file that is absent has none right. */
export async function findBadSegments(platform: Platform, path: string, segments: readonly Segment[], signal?: AbortSignal): Promise<Segment[]> {
  const sizeBytes = (await platform.files.stat(path))?.sizeBytes ?? 0;
  const bad: Segment[] = [];
  for (const segment of segments) {
    const end = segment.end ?? sizeBytes;
    if (end > sizeBytes || end === segment.start) {
      bad.push(segment);
      continue;
    }
    const hash = platform.sha256();
    await hashRange(platform, path, { start: segment.start, end }, hash, signal);
    if (hash.digest() !== segment.sha256) bad.push(segment);
  }
  return bad;
}
