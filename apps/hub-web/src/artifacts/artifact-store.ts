import type { ChunkList } from "@tenfold/catalog";

/** Files under their SHA-256. In a folder today; object storage has the same shape. */
export interface ArtifactStore {
  /**
   * Copies a local file in, hashing what is written: whole and by chunk.
   * @throws TenfoldError `size-mismatch` or `digest-mismatch` when it is not what was expected, `storage-failed` when it cannot be read or written.
   */
  add(path: string, expected?: { sizeBytes?: number | undefined; sha256?: string | undefined }): Promise<AddedFile>;
  /**
   * Takes a file in that the hub has written and hashed itself, in the data folder. It is gone from there afterwards.
   * @throws TenfoldError `storage-failed`, `network`
   */
  adopt(path: string, chunkList: ChunkList): Promise<{ readonly path: string }>;
  /** Nothing when the store has no such file. Whoever opens it closes it. */
  open(sha256: string): Promise<OpenArtifact | undefined>;
  /** Every file that lies there. */
  list(): AsyncIterable<StoredArtifact>;
  /** Removes a file, unless it was stored anew since `before`. Answers whether there is one less. */
  remove(sha256: string, before: Date): Promise<boolean>;
  /** Transfers that were begun before a moment, and that nobody ended. */
  unfinished(before: Date): Promise<readonly UnfinishedTransfer[]>;
}

export interface StoredArtifact {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** When it was stored last. */
  readonly storedAt: Date;
}

export interface UnfinishedTransfer {
  /** Of what it was to become. */
  readonly name: string;
  readonly begunAt: Date;
  remove(): Promise<void>;
}

export interface AddedFile {
  /** Relative to the data folder. */
  readonly path: string;
  readonly chunkList: ChunkList;
}

export interface OpenArtifact {
  readonly sizeBytes: number;
  /** Fills as much of `into` as there is, from `position`; answers how many bytes. */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}
