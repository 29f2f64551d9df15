import { TenfoldError } from "@tenfold/catalog";
import type { WritableFile } from "../platform/files.ts";
import { getByFetch } from "../platform/get.ts";
import type { Platform, Sha256Hash } from "../platform/platform.ts";
import type { DownloadRequest } from "./download.ts";
import { shownUrl } from "./follow.ts";
import { type OpenRange, openRange } from "./open-range.ts";
import { requireSpace } from "./require-space.ts";
import { type BadSegment, hashRange, type Segment } from "./segments.ts";
import type { ResolvedSource } from "./source.ts";
import type { SourceMemory } from "./source-memory.ts";
import { createStallWatch, type StallWatch } from "./stall-watch.ts";
import type { Run } from "./work.ts";
import { createWriteBuffer } from "./write-buffer.ts";

export interface StreamSettings {
  request: DownloadRequest;
  platform: Platform;
  file: WritableFile;
  stallTimeoutMs: number;
  signal?: AbortSignal;
  newHash: (segment: Segment) => Sha256Hash;
  memory: SourceMemory;
  /** Bytes that came to the file; negative for bytes that turned out to be wrong. */
  onBytes: (countBytes: number, totalBytes?: number) => void;
}

/**
 * Fetches a run from one source into the file. Each segment leaves the run when it is written and its digest is right;
 * others may take segments from the run's end meanwhile. What came stays in `run.cursor` when the connection breaks.
 */
export async function streamSegments(run: Run, source: ResolvedSource, settings: StreamSettings): Promise<void> {
  const { platform, stallTimeoutMs, signal } = settings;
  const watch = createStallWatch(platform, stallTimeoutMs, signal);
  try {
    await transfer(run, source, settings, watch);
  } catch (error) {
    if (watch.stalled) throw new TenfoldError("timeout", `${shownUrl(source.url)} sent nothing for ${stallTimeoutMs} ms.`, { cause: error });
    signal?.throwIfAborted();
    throw TenfoldError.from(error, "network", `The transfer from ${shownUrl(source.url)} broke off`);
  } finally {
    watch.end();
  }
}

async function transfer(run: Run, source: ResolvedSource, settings: StreamSettings, watch: StallWatch): Promise<void> {
  const { request, platform } = settings;
  const [first] = run.segments;
  if (!first) return;
  const cursor = await cursorAt(run, first, settings);
  first.filledTo = cursor.position;
  // A chunk's digest shows at once when the content is another; without chunks only the source can say so before the end.
  const etag = request.chunkList ? undefined : settings.memory.etagOf(source);
  const end = run.segments.at(-1)?.end;
  const asked = { source, start: cursor.position, ...(end === undefined ? {} : { end }), ...(etag === undefined ? {} : { etag }) };
  const opened = await openRange(platform.get ?? getByFetch(platform.fetch), asked, watch.signal).catch(async (error: unknown) => {
    if (cursor.position === first.start || !TenfoldError.is(error) || error.details?.status !== 416) throw error;
    // The source's file ends before what lies here: an earlier attempt left something else.
    await startAgain(run, first, settings);
    throw new TenfoldError("http-status", error.message, { cause: error, retryable: true });
  });
  const expected = expectedEnd(opened, end, source, request);
  // Only the source knows how long it is: what it claims must not fill the disk.
  if (end === undefined) await requireSpace(platform, expected - cursor.position, request.name);
  watch.touch();
  if (!request.chunkList) {
    const changed = etag !== undefined && opened.start === 0 && opened.etag !== etag;
    if (changed && cursor.position > 0) await startAgain(run, first, settings);
    await settings.memory.remember(source, opened.etag);
  }
  await pump(run, opened, { ...settings, source, expected }, watch);
}

/** Goes on after what is there already, which is hashed once. */
async function cursorAt(run: Run, first: BadSegment, { request, platform, newHash, signal, onBytes }: StreamSettings) {
  if (run.cursor) return run.cursor;
  const hash = newHash(first);
  await hashRange(platform, request.path, { start: first.start, end: first.filledTo }, hash, signal);
  onBytes(first.filledTo - first.start);
  run.cursor = { hash, position: first.filledTo };
  return run.cursor;
}

async function startAgain(run: Run, first: BadSegment, { file, newHash, onBytes }: StreamSettings): Promise<void> {
  onBytes(first.start - (run.cursor?.position ?? first.start));
  first.filledTo = first.start;
  run.cursor = { hash: newHash(first), position: first.start };
  // Where the end is not known the next process would go on from what lies here.
  if (first.end === undefined) await file.truncate(first.start);
}

function expectedEnd(opened: OpenRange, end: number | undefined, source: ResolvedSource, { name, sizeBytes }: DownloadRequest): number {
  if (sizeBytes !== undefined && opened.totalBytes !== undefined && opened.totalBytes !== sizeBytes) {
    throw new TenfoldError("size-mismatch", `${shownUrl(source.url)} has ${opened.totalBytes} bytes of ${name}; ${sizeBytes} were expected.`);
  }
  const expected = end ?? opened.totalBytes ?? sizeBytes;
  if (expected === undefined) throw new TenfoldError("size-mismatch", `${shownUrl(source.url)} does not say how long ${name} is.`);
  return expected;
}

/** Carries the body to the file, skips what lies before the range, and stops at the run's end however much more is sent. */
async function pump(run: Run, opened: OpenRange, settings: StreamSettings & { source: ResolvedSource; expected: number }, watch: StallWatch): Promise<void> {
  const { file, request, source, expected, onBytes } = settings;
  const total = request.sizeBytes ?? opened.totalBytes;
  const buffer = createWriteBuffer(file, run.cursor?.position ?? 0);
  let bodyAt = opened.start;
  try {
    while (run.segments.length > 0) {
      const value = await opened.body.read();
      if (!value) break;
      watch.touch();
      for (let taken = 0; taken < value.length; ) {
        const [segment] = run.segments;
        const cursor = run.cursor;
        if (!segment || !cursor) break;
        const end = segment.end ?? expected;
        taken += Math.min(Math.max(0, cursor.position - bodyAt - taken), value.length - taken);
        const piece = value.subarray(taken, taken + end - cursor.position);
        taken += piece.length;
        cursor.hash.update(piece);
        await buffer.write(piece);
        cursor.position += piece.length;
        if (piece.length > 0) onBytes(piece.length, total);
        if (cursor.position === end) {
          await buffer.flush();
          await settle(run, segment, settings);
        }
      }
      bodyAt += value.length;
    }
    const [empty] = run.segments;
    if (empty && expected === empty.start) await settle(run, empty, settings);
  } finally {
    // A connection that is cut leaves its bytes; a disk that is full says so.
    await buffer.flush();
    await opened.body.cancel();
  }
  const left = run.segments.length > 0 ? (run.segments.at(-1)?.end ?? expected) - (run.cursor?.position ?? 0) : 0;
  if (left > 0) throw new TenfoldError("network", `${shownUrl(source.url)} ended ${left} bytes early.`);
}

/** The segment is whole: it leaves the run if it is right, and is to be fetched again if not. */
async function settle(run: Run, segment: BadSegment, settings: StreamSettings & { source: ResolvedSource }): Promise<void> {
  const { request, source, newHash } = settings;
  const found = await run.cursor?.hash.digest();
  const position = run.cursor?.position ?? segment.start;
  if (found === segment.sha256) {
    run.segments.shift();
    const next = run.segments[0];
    // The body goes through what an earlier attempt left of the next segment, too.
    if (next) {
      next.filledTo = next.start;
      run.cursor = { hash: newHash(next), position: next.start };
    } else delete run.cursor;
    return;
  }
  // What an earlier attempt left may be what is wrong, not the source: then the same source is asked again, for all of it.
  const resumed = segment.filledTo > segment.start;
  await startAgain(run, segment, settings);
  const part = request.chunkList && request.chunkList.chunks.length > 1 ? ` (bytes ${segment.start} to ${position})` : "";
  const message = `${request.name} from ${shownUrl(source.url)} is not what the catalog names${part}: SHA-256 ${found}, expected ${segment.sha256}.`;
  throw new TenfoldError("digest-mismatch", message, { retryable: resumed, details: { expected: segment.sha256, found, start: segment.start } });
}
