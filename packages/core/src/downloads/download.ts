import { type ChunkList, TenfoldError } from "@tenfold/catalog";
import type { Log } from "../contract/log.ts";
import type { Platform } from "../platform/platform.ts";
import { createChunkHasher } from "./chunk-hasher.ts";
import { findBadSegments, hashRange, type Segment, segmentsOf } from "./segments.ts";
import type { ResolvedSource } from "./source.ts";
import { streamSegments } from "./stream-segments.ts";

export interface DownloadRequest {
  /** For messages: the artifact's path. */
  name: string;
  sha256: string;
  sizeBytes?: number;
  chunkList?: ChunkList;
  /** Asked in order; one that fails for good is not asked again. */
  sources: readonly ResolvedSource[];
  /** Where the bytes go, in the platform's files. What lies there already is verified and kept. */
  path: string;
}

export interface DownloadProgress {
  /** Bytes on disk, verified or arriving. */
  receivedBytes: number;
  totalBytes?: number;
}

export interface DownloadSettings {
  platform: Platform;
  log: Log;
  signal?: AbortSignal;
  onProgress?: (progress: DownloadProgress) => void;
  /** Attempts that bring nothing new, one after another. Default 5. */
  attempts?: number;
  /** Longest silence of a source before it counts as failed. Default 30 s. */
  stallTimeoutMs?: number;
}

const firstBackoffMs = 500;
const longestBackoffMs = 30_000;

/**
 * Brings a file to `request.path` and verifies it while it arrives. What an earlier attempt left is hashed, and only
 * what is missing or wrong is asked for.
 * @returns the file's chunk list: the one given, else one made on the way.
 * @throws TenfoldError `no-source`, `network`, `http-status`, `unauthorized`, `digest-mismatch`, `size-mismatch`,
 * `timeout`, `disk-full`, `storage-failed`; the signal's reason when aborted. Verified bytes stay on disk.
 */
export async function download(request: DownloadRequest, settings: DownloadSettings): Promise<ChunkList> {
  const { platform, log, signal, onProgress, attempts = 5, stallTimeoutMs = 30_000 } = settings;
  const segments = segmentsOf(request);
  let missing = await findBadSegments(platform, request.path, segments, signal);
  await preflight(request, missing, platform);

  const sources = [...request.sources];
  let next = 0;
  let failures = 0;
  let mismatch: unknown;
  let furthestBytes = 0;
  while (missing.length > 0) {
    const source = sources[next % sources.length];
    if (!source) throw mismatch ?? new TenfoldError("no-source", `There is no source that has ${request.name}.`);
    const verified = new Set<Segment>();
    const before = furthestBytes;
    try {
      const done = sizeOf(segments) - sizeOf(missing);
      await streamSegments(
        { request, source, run: firstRun(missing), platform, stallTimeoutMs, ...(signal ? { signal } : {}) },
        verified,
        (bytes, totalBytes) => {
          furthestBytes = Math.max(furthestBytes, done + bytes);
          onProgress?.({ receivedBytes: furthestBytes, ...(totalBytes === undefined ? {} : { totalBytes }) });
        },
      );
      failures = 0;
    } catch (error) {
      signal?.throwIfAborted();
      if (!TenfoldError.is(error) || error.stage === "storage") throw error;
      log("warning", error.message, { file: request.name, code: error.code });
      failures = furthestBytes > before ? 1 : failures + 1;
      if (error.code === "digest-mismatch") mismatch = error;
      if (error.retryable) next += 1;
      else sources.splice(next % sources.length, 1);
      if (sources.length === 0) throw mismatch ?? error;
      if (failures >= attempts * sources.length) throw error;
      if (error.retryable) await platform.clock.sleep(backoffMs(failures, error.details?.retryAfterMs), signal);
    }
    missing = missing.filter((segment) => !verified.has(segment));
  }
  await cutTo(request, segments.at(-1)?.end ?? request.sizeBytes, platform);
  return request.chunkList ?? (await listChunks(request, platform, signal));
}

/** Bytes behind the end, from whatever lay there before, belong to no digest. */
async function cutTo(request: DownloadRequest, sizeBytes: number | undefined, platform: Platform): Promise<void> {
  const found = await platform.files.stat(request.path);
  if (sizeBytes === undefined || !found || found.sizeBytes <= sizeBytes) return;
  const file = await platform.files.open(request.path);
  await file.truncate(sizeBytes);
  await file.close();
}

/** Consecutive missing segments travel in one request. */
function firstRun(missing: readonly Segment[]): Segment[] {
  const run: Segment[] = [];
  for (const segment of missing) {
    const before = run.at(-1);
    if (before && before.end !== segment.start) break;
    run.push(segment);
  }
  return run;
}

function sizeOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { start, end }) => sum + (end === undefined ? 0 : end - start), 0);
}

function backoffMs(failures: number, retryAfterMs: unknown): number {
  const exponential = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (failures - 1));
  const jittered = exponential * (0.5 + Math.random() / 2);
  return typeof retryAfterMs === "number" ? Math.max(Math.min(retryAfterMs, 10 * longestBackoffMs), jittered) : jittered;
}

async function preflight(request: DownloadRequest, missing: readonly Segment[], platform: Platform): Promise<void> {
  const present = (await platform.files.stat(request.path))?.sizeBytes ?? 0;
  const end = missing.at(-1)?.end ?? 0;
  const needed = Math.max(0, end - present);
  const free = await platform.files.freeBytes();
  if (free === undefined || needed <= free) return;
  throw new TenfoldError("disk-full", `${request.name} needs ${needed} more bytes; ${free} are free.`, { details: { neededBytes: needed, freeBytes: free } });
}

async function listChunks(request: DownloadRequest, platform: Platform, signal: AbortSignal | undefined): Promise<ChunkList> {
  const end = (await platform.files.stat(request.path))?.sizeBytes ?? 0;
  const hasher = createChunkHasher(platform);
  await hashRange(platform, request.path, { start: 0, end }, { update: hasher.update, digest: () => "" }, signal);
  return hasher.finish(request.sha256);
}
