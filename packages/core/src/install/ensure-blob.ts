import { type Artifact, type ChunkList, TenfoldError } from "@tenfold/catalog";
import type { Log } from "../contract/log.ts";
import type { DownloadProgress } from "../downloads/download.ts";
import type { DownloadQueue } from "../downloads/download-queue.ts";
import type { ResolvedSource } from "../downloads/source.ts";
import type { Platform } from "../platform/platform.ts";
import type { Blobs } from "../store/blobs.ts";

export interface EnsureBlobOptions {
  platform: Platform;
  downloads: DownloadQueue;
  blobs: Blobs;
  log: Log;
  sources: readonly ResolvedSource[];
  /** From the hub; undefined when nobody made one. Asked only when there is something to fetch. */
  chunkList: () => Promise<ChunkList | undefined>;
  signal?: AbortSignal;
  onProgress?: (progress: DownloadProgress) => void;
  /** The file was complete once and is not what it was: how many of its chunks are bad. */
  onDamage?: (badChunks: number, chunks: number) => void;
}

/**
 * Makes sure that the store holds an artifact, whole and verified: at once when nobody touched the file since it was
 * verified, by hashing when somebody did, by fetching what is missing or wrong.
 * @throws TenfoldError as `download` does, and `no-digest` for an artifact that nobody vouches for.
 */
export async function ensureBlob(artifact: Artifact, options: EnsureBlobOptions): Promise<ChunkList> {
  const { platform, blobs, log, signal } = options;
  const sha256 = artifact.sha256?.value;
  if (!sha256) throw new TenfoldError("no-digest", `Nobody has vouched for the content of ${artifact.path}: it has no SHA-256.`);
  const intact = await blobs.intact(sha256);
  if (intact) return intact;

  const lock = await blobs.lock(sha256, {
    ...(signal ? { signal } : {}),
    onWait: () => log("info", `Another process is fetching ${artifact.path}; waiting for it.`),
  });
  try {
    const meanwhile = await blobs.intact(sha256);
    if (meanwhile) return meanwhile;
    let known: ChunkList | undefined;
    if (await platform.files.stat(blobs.dataPath(sha256))) {
      const { bad, chunkList } = await blobs.verify(sha256, signal);
      if (bad.length === 0) {
        const verified = await blobs.intact(sha256);
        if (verified) return verified;
      }
      known = chunkList;
      if (bad.length > 0) options.onDamage?.(bad.length, chunkList?.chunks.length ?? 1);
      await blobs.reopen(sha256);
    }
    known ??= await options.chunkList();
    const chunkList = await options.downloads.add(
      {
        name: artifact.path,
        sha256,
        sources: options.sources,
        path: blobs.partialPath(sha256),
        ...(artifact.sizeBytes ? { sizeBytes: artifact.sizeBytes.value } : {}),
        ...(known ? { chunkList: known } : {}),
      },
      { platform, log, ...(signal ? { signal } : {}), ...(options.onProgress ? { onProgress: options.onProgress } : {}) },
    ).result;
    await blobs.complete(chunkList);
    return chunkList;
  } finally {
    await lock.release();
  }
}
