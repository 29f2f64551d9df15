import type { ChunkList } from "@tenfold/catalog";
import type { Platform, Sha256Hash } from "../platform/platform.ts";

/** A part of a file that has a digest of its own: a chunk, or the whole file where no chunk list is known. */
export interface Segment {
  start: number;
  /** Absent while the size of the file is not known. */
  end?: number;
  sha256: string;
}

/** A segment that is not right yet. */
export interface BadSegment extends Segment {
  /** An earlier attempt seems to have written so far; only the digest of the whole segment can prove it. */
  filledTo: number;
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

/**
 * Feeds `[start, end)` of a stored file to a hash, piece by piece.
 * @returns where the last byte lies that is not zero, plus one; `start` when there is none.
 */
export async function hashRange(
  platform: Platform,
  path: string,
  range: { start: number; end: number },
  hash: Pick<Sha256Hash, "update">,
  signal?: AbortSignal,
): Promise<number> {
  let filledTo = range.start;
  for (let position = range.start; position < range.end; ) {
    signal?.throwIfAborted();
    const bytes = await platform.files.read(path, { start: position, end: Math.min(position + readSizeBytes, range.end) });
    if (bytes.length === 0) break;
    hash.update(bytes);
    let used = bytes.length;
    while (used > 0 && bytes[used - 1] === 0) used -= 1;
    if (used > 0) filledTo = position + used;
    position += bytes.length;
  }
  return filledTo;
}

/** The segments whose bytes on disk are not what their digest says. A file that is absent has none right. */
export async function findBadSegments(platform: Platform, path: string, segments: readonly Segment[], signal?: AbortSignal): Promise<BadSegment[]> {
  const sizeBytes = (await platform.files.stat(path))?.sizeBytes ?? 0;
  const bad: BadSegment[] = [];
  for (const segment of segments) {
    const { start } = segment;
    const end = Math.min(segment.end ?? sizeBytes, sizeBytes);
    if (end <= start) {
      bad.push({ ...segment, filledTo: start });
      continue;
    }
    // A file that is shorter than the segment cannot have its digest: the bytes are looked at when the download goes on from them.
    const whole = end === (segment.end ?? sizeBytes);
    if (!whole) {
      bad.push({ ...segment, filledTo: end });
      continue;
    }
    const hash = platform.sha256(end - start);
    // Where several ranges arrived at once, what was never written lies as zeros before the bytes of the next range.
    const filledTo = await hashRange(platform, path, { start, end }, hash, signal);
    if ((await hash.digest()) === segment.sha256) continue;
    // Zeros may be the file's own, and damage lie before them: a start is trusted when much would be saved by it.
    const worthwhile = segment.end === undefined || (filledTo < end && filledTo - start >= readSizeBytes);
    bad.push({ ...segment, filledTo: worthwhile ? filledTo : start });
  }
  return bad;
}
