import type { ChunkList } from "@tenfold/catalog";
import { findBadSegments, type Segment, segmentsOf } from "../downloads/segments.ts";
import type { Lock } from "../platform/files.ts";
import type { Platform } from "../platform/platform.ts";
import { type BlobRecord, blobRecordSchema, readRecord, recordBytes } from "./records.ts";

/** Files named by their SHA-256. A file is there, whole and verified, or it is not; what is arriving lies apart. */
export interface Blobs {
  dataPath(sha256: string): string;
  partialPath(sha256: string): string;
  /** The chunk list of a complete file whose stamp says that nobody touched it since it was verified. */
  intact(sha256: string): Promise<ChunkList | undefined>;
  /** Hashes a complete file anew. The chunks that are wrong; all when there is no such file. */
  verify(sha256: string, signal?: AbortSignal): Promise<{ chunkList?: ChunkList; bad: Segment[] }>;
  /** Makes the verified partial file the complete one. */
  complete(chunkList: ChunkList): Promise<void>;
  /** Makes a complete file partial again, so that a download repairs it. */
  reopen(sha256: string): Promise<void>;
  lock(sha256: string, options: { signal?: AbortSignal; onWait?: () => void }): Promise<Lock>;
}

export function createBlobs(platform: Platform): Blobs {
  const { files } = platform;
  const folder = (sha256: string) => `blobs/${sha256}`;
  const dataPath = (sha256: string) => `${folder(sha256)}/data`;
  const partialPath = (sha256: string) => `${folder(sha256)}/partial`;
  const recordPath = (sha256: string) => `${folder(sha256)}/verified.json`;

  async function record(sha256: string): Promise<BlobRecord | undefined> {
    if (!(await files.stat(recordPath(sha256)))) return undefined;
    return readRecord(blobRecordSchema, await files.read(recordPath(sha256)), recordPath(sha256));
  }

  async function remember(chunkList: ChunkList): Promise<void> {
    const stamp = (await files.stat(dataPath(chunkList.sha256)))?.stamp ?? "";
    await files.writeAtomic(recordPath(chunkList.sha256), recordBytes({ schemaVersion: 1, stamp, chunkList } satisfies BlobRecord));
  }

  return {
    dataPath,
    partialPath,
    async intact(sha256) {
      const [known, found] = await Promise.all([record(sha256), files.stat(dataPath(sha256))]);
      return known && found && known.stamp === found.stamp && found.sizeBytes === known.chunkList.sizeBytes ? known.chunkList : undefined;
    },
    async verify(sha256, signal) {
      const chunkList = (await record(sha256))?.chunkList;
      // Without a record nothing is known but the name, which is the digest of the whole.
      const found = await files.stat(dataPath(sha256));
      const segments = segmentsOf({ sha256, ...(chunkList ? { chunkList } : {}), ...(found ? { sizeBytes: found.sizeBytes } : {}) });
      const bad = await findBadSegments(platform, dataPath(sha256), segments, signal);
      if (chunkList && bad.length === 0 && found?.sizeBytes === chunkList.sizeBytes) await remember(chunkList);
      return { bad, ...(chunkList ? { chunkList } : {}) };
    },
    async complete(chunkList) {
      await files.rename(partialPath(chunkList.sha256), dataPath(chunkList.sha256));
      await remember(chunkList);
    },
    async reopen(sha256) {
      await files.rename(dataPath(sha256), partialPath(sha256));
    },
    lock: (sha256, options) => files.lock(`blob-${sha256}`, options),
  };
}
