import { type ChunkList, TenfoldError } from "@tenfold/catalog";
import { createFileHasher } from "../downloads/file-hasher.ts";
import { findBadSegments, hashRange, type Segment, segmentsOf } from "../downloads/segments.ts";
import type { Lock } from "../platform/files.ts";
import type { Platform } from "../platform/platform.ts";
import { copyPieces } from "./copy-pieces.ts";
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
  /** Makes a verified file that lies elsewhere in the store a complete one; `isForeign` when it has a name outside as well. */
  adopt(chunkList: ChunkList, path: string, isForeign: boolean): Promise<void>;
  lock(sha256: string, options: { signal?: AbortSignal; onWait?: () => void }): Promise<Lock>;
}

export function createBlobs(platform: Platform): Blobs {
  const { files } = platform;
  const folder = (sha256: string) => `blobs/${sha256}`;
  const dataPath = (sha256: string) => `${folder(sha256)}/data`;
  const partialPath = (sha256: string) => `${folder(sha256)}/partial`;
  /** Lies beside a complete file that is a hard link to one outside of the store. */
  const foreignPath = (sha256: string) => `${folder(sha256)}/foreign`;
  const recordPath = (sha256: string) => `${folder(sha256)}/verified.json`;

  async function record(sha256: string): Promise<BlobRecord | undefined> {
    if (!(await files.stat(recordPath(sha256)))) return undefined;
    try {
      return readRecord(blobRecordSchema, await files.read(recordPath(sha256)), recordPath(sha256));
    } catch (error) {
      // A record that says nothing is as good as none: the name is the digest, and the file is hashed anew.
      if (TenfoldError.is(error, "storage-failed")) return undefined;
      throw error;
    }
  }

  /** The chunk list of a file whose digest is its name; undefined when it is another. */
  async function listChunks(sha256: string, sizeBytes: number, signal: AbortSignal | undefined): Promise<ChunkList | undefined> {
    const hasher = createFileHasher(platform);
    await hashRange(platform, dataPath(sha256), { start: 0, end: sizeBytes }, hasher, signal);
    const chunkList = await hasher.finish();
    return chunkList.sha256 === sha256 ? chunkList : undefined;
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
      const found = await files.stat(dataPath(sha256));
      const known = (await record(sha256))?.chunkList;
      // Without a record nothing is known but the name, which is the digest of the whole.
      const chunkList = known ?? (found && found.sizeBytes > 0 ? await listChunks(sha256, found.sizeBytes, signal) : undefined);
      if (chunkList && !known) {
        await remember(chunkList);
        return { bad: [], chunkList };
      }
      const segments = segmentsOf({ sha256, ...(chunkList ? { chunkList } : {}), ...(found ? { sizeBytes: found.sizeBytes } : {}) });
      const bad = await findBadSegments(platform, dataPath(sha256), segments, signal);
      if (chunkList && bad.length === 0 && found?.sizeBytes === chunkList.sizeBytes) await remember(chunkList);
      return { bad, ...(chunkList ? { chunkList } : {}) };
    },
    async complete(chunkList) {
      // What an earlier process wrote was hashed, perhaps from memory: only now is it known to be on the disk.
      const file = await files.open(partialPath(chunkList.sha256));
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await files.rename(partialPath(chunkList.sha256), dataPath(chunkList.sha256));
      await remember(chunkList);
    },
    async reopen(sha256) {
      if (!(await files.stat(foreignPath(sha256)))) {
        await files.rename(dataPath(sha256), partialPath(sha256));
        return;
      }
      // The same bytes belong to a file of the user's, which a repair must not write to.
      await copyPieces(files, dataPath(sha256), files, partialPath(sha256));
      await files.remove(dataPath(sha256));
      await files.remove(foreignPath(sha256));
    },
    async adopt(chunkList, path, isForeign) {
      if (isForeign) await files.writeAtomic(foreignPath(chunkList.sha256), new Uint8Array());
      await files.rename(path, dataPath(chunkList.sha256));
      await files.remove(partialPath(chunkList.sha256));
      await remember(chunkList);
    },
    lock: (sha256, options) => files.lock(`blob-${sha256}`, options),
  };
}
