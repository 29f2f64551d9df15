import type { ChunkList } from "@tenfold/catalog";
import type { Log } from "../contract/log.ts";
import type { Platform, Sha256Hash } from "../platform/platform.ts";
import type { Connections } from "./connection-limits.ts";
import { fetchMissing } from "./fetch-missing.ts";
import { createFileHasher, type FileHasher } from "./file-hasher.ts";
import { requireSpace } from "./require-space.ts";
import { findBadSegments, hashRange, type Segment, segmentsOf } from "./segments.ts";
import type { ResolvedSource } from "./source.ts";
import { sizeOf } from "./work.ts";

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
  /** Most connections for this file; more than one only with a chunk list, and where it is faster. Default 4. */
  connections?: number;
  /** What is left of a range is shared between two connections only when it is so much. Default 32 MiB. */
  splitBytes?: number;
  /** Where several downloads share the places for connections. */
  places?: Connections;
}

/**
 * Brings a file to `request.path` and verifies it while it arrives. What an earlier attempt left is hashed, and only
 * what is missing or wrong is asked for.
 * @returns the file's chunk list: the one given, else one made on the way.
 * @throws TenfoldError `no-source`, `network`, `http-status`, `unauthorized`, `digest-mismatch`, `size-mismatch`,
 * `timeout`, `disk-full`, `storage-failed`; the signal's reason when aborted. Verified bytes stay on disk.
 */
export async function download(request: DownloadRequest, settings: DownloadSettings): Promise<ChunkList> {
  const { platform, signal } = settings;
  const segments = segmentsOf(request);
  const missing = await findBadSegments(platform, request.path, segments, signal);
  await preflight(request, missing, platform);
  let hasher: FileHasher | undefined;
  /** Without a chunk list one is made while the bytes pass by. */
  const newHash = ({ start, end = start }: Segment): Sha256Hash => {
    if (request.chunkList) return platform.sha256(end - start);
    const made = createFileHasher(platform);
    hasher = made;
    return { update: made.update, digest: async () => (await made.finish()).sha256 };
  };
  if (missing.length > 0) await fetchMissing(missing, sizeOf(segments) - sizeOf(missing), request, { ...settings, newHash });
  await cutTo(request, segments.at(-1)?.end ?? request.sizeBytes, platform);
  return request.chunkList ?? (await hasher?.finish()) ?? (await listChunks(request, platform, signal));
}

/** Bytes behind the end, from whatever lay there before, belong to no digest. */
async function cutTo(request: DownloadRequest, sizeBytes: number | undefined, platform: Platform): Promise<void> {
  const found = await platform.files.stat(request.path);
  if (sizeBytes === undefined || !found || found.sizeBytes <= sizeBytes) return;
  const file = await platform.files.open(request.path);
  await file.truncate(sizeBytes);
  await file.close();
}

async function preflight(request: DownloadRequest, missing: readonly Segment[], platform: Platform): Promise<void> {
  const present = (await platform.files.stat(request.path))?.sizeBytes ?? 0;
  const end = missing.at(-1)?.end ?? 0;
  await requireSpace(platform, Math.max(0, end - present), request.name);
}

async function listChunks(request: DownloadRequest, platform: Platform, signal: AbortSignal | undefined): Promise<ChunkList> {
  const end = (await platform.files.stat(request.path))?.sizeBytes ?? 0;
  const hasher = createFileHasher(platform);
  await hashRange(platform, request.path, { start: 0, end }, hasher, signal);
  return hasher.finish();
}
