import { TenfoldError } from "@tenfold/catalog";
import type { WritableFile } from "../platform/files.ts";
import type { Platform, Sha256Hash } from "../platform/platform.ts";
import type { DownloadRequest } from "./download.ts";
import { openRange, shownUrl } from "./open-range.ts";
import { hashRange, type Segment } from "./segments.ts";
import type { ResolvedSource } from "./source.ts";

interface StreamSettings {
  request: DownloadRequest;
  source: ResolvedSource;
  /** Consecutive segments. */
  run: readonly Segment[];
  platform: Platform;
  stallTimeoutMs: number;
  signal?: AbortSignal;
}

/**
 * Fetches consecutive segments from one source into the file, and adds each to `verified` when its digest is right.
 * The first segment goes on from where the file on disk ends.
 */
export async function streamSegments(settings: StreamSettings, verified: Set<Segment>, onBytes: (received: number, total?: number) => void): Promise<void> {
  const { request, source, run, platform, stallTimeoutMs, signal } = settings;
  const first = run[0];
  if (!first) return;
  const end = run.at(-1)?.end;
  const onDisk = (await platform.files.stat(request.path))?.sizeBytes ?? 0;
  // Bytes behind the end of an earlier attempt are worth going on from only when nothing wrong can lie there already.
  const resumeAt = onDisk > first.start && (first.end === undefined || onDisk < first.end) ? onDisk : first.start;

  const watch = createStallWatch(platform, stallTimeoutMs, source, signal);
  const file = await platform.files.open(request.path);
  try {
    const opened = await openRange(platform.fetch, source, resumeAt, end, watch.signal).catch(async (error: unknown) => {
      if (resumeAt === first.start || !TenfoldError.is(error) || error.details?.status !== 416) throw error;
      // The source's file ends before what lies here: an earlier attempt left something else.
      await file.truncate(first.start);
      throw new TenfoldError("http-status", error.message, { cause: error, retryable: true });
    });
    const total = opened.totalBytes ?? request.sizeBytes;
    const expected = end ?? total;
    if (expected === undefined) throw new TenfoldError("size-mismatch", `${shownUrl(source.url)} does not say how long ${request.name} is.`);
    if (request.sizeBytes !== undefined && opened.totalBytes !== undefined && opened.totalBytes !== request.sizeBytes) {
      throw new TenfoldError("size-mismatch", `${shownUrl(source.url)} has ${opened.totalBytes} bytes of ${request.name}; ${request.sizeBytes} were expected.`);
    }
    const sink = await createSink(settings, file, resumeAt, expected, verified);
    await pump(opened.body, opened.start, { ...sink, end: expected, start: resumeAt }, watch.touch, (position) => onBytes(position - first.start, total));
    await file.sync();
  } catch (error) {
    if (watch.stalled) throw new TenfoldError("timeout", `${shownUrl(source.url)} sent nothing for ${stallTimeoutMs} ms.`, { cause: error });
    signal?.throwIfAborted();
    throw TenfoldError.from(error, "network", `The transfer from ${shownUrl(source.url)} broke off`);
  } finally {
    watch.end();
    await file.close();
  }
}

interface Sink {
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
}

/** Writes bytes in order and checks each segment's digest as its last byte comes. */
async function createSink(settings: StreamSettings, file: WritableFile, from: number, expected: number, verified: Set<Segment>): Promise<Sink> {
  const { request, run, platform, source, signal } = settings;
  let index = 0;
  let position = from;
  let hash: Sha256Hash = platform.sha256();
  await hashRange(platform, request.path, { start: run[0]?.start ?? 0, end: from }, hash, signal);

  async function settle(segment: Segment): Promise<void> {
    const found = hash.digest();
    hash = platform.sha256();
    index += 1;
    if (found === segment.sha256) {
      verified.add(segment);
      return;
    }
    // Where the end is not known the next attempt would go on from here; elsewhere good segments may follow.
    if (segment.end === undefined) await file.truncate(segment.start);
    const part = run.length > 1 || segment.start > 0 ? ` (bytes ${segment.start} to ${position})` : "";
    // What an earlier attempt left may be what is wrong, not the source: then the same source is asked again, for all of it.
    const resumed = from > segment.start;
    throw new TenfoldError(
      "digest-mismatch",
      `${request.name} from ${shownUrl(source.url)} is not what the catalog names${part}: SHA-256 ${found}, expected ${segment.sha256}.`,
      {
        retryable: resumed,
        details: { expected: segment.sha256, found, start: segment.start },
      },
    );
  }

  return {
    async write(bytes) {
      for (let taken = 0; taken < bytes.length; ) {
        const segment = run[index];
        if (!segment) return;
        const piece = bytes.subarray(taken, taken + (segment.end ?? expected) - position);
        hash.update(piece);
        await file.write(piece, position);
        position += piece.length;
        taken += piece.length;
        if (position === (segment.end ?? expected)) await settle(segment);
      }
    },
    async finish() {
      if (position < expected) throw new TenfoldError("network", `${shownUrl(source.url)} ended ${expected - position} bytes early.`);
    },
  };
}

/** Carries the body to the sink, skips what lies before the range, and stops at its end however much more is sent. */
async function pump(
  body: ReadableStream<Uint8Array>,
  bodyStart: number,
  sink: Sink & { start: number; end: number },
  onRead: () => void,
  onPosition: (position: number) => void,
): Promise<void> {
  const reader = body.getReader();
  let position = bodyStart;
  try {
    while (position < sink.end) {
      const { done, value } = await reader.read();
      if (done) break;
      onRead();
      const from = Math.max(0, sink.start - position);
      const wanted = value.subarray(Math.min(from, value.length), sink.end - position);
      if (wanted.length > 0) await sink.write(wanted);
      position += value.length;
      onPosition(Math.min(position, sink.end));
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  await sink.finish();
}

/** A signal that aborts when nothing was heard for a while, or when the caller's does. */
function createStallWatch(platform: Platform, stallTimeoutMs: number, source: ResolvedSource, signal: AbortSignal | undefined) {
  const abort = new AbortController();
  const ended = new AbortController();
  let lastHeard = platform.clock.now();
  let stalled = false;
  const watch = async () => {
    for (;;) {
      const leftMs = lastHeard + stallTimeoutMs - platform.clock.now();
      if (leftMs <= 0) break;
      await platform.clock.sleep(leftMs, ended.signal);
    }
    stalled = true;
    abort.abort(new Error(`${shownUrl(source.url)} is silent`));
  };
  watch().catch(() => {});
  return {
    signal: signal ? AbortSignal.any([signal, abort.signal]) : abort.signal,
    get stalled() {
      return stalled;
    },
    touch: () => {
      lastHeard = platform.clock.now();
    },
    end: () => ended.abort(),
  };
}
