export interface FileStat {
  kind: "file" | "folder";
  sizeBytes: number;
  /** Differs when the content may have changed since: a cheap reason to verify again, not a proof of anything. */
  stamp: string;
  /** When the content changed last, in ms since 1970, by this device's clock. */
  modifiedAtMs: number;
}

/** A file open for writing at any position. */
export interface WritableFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  /** Resolves once the bytes would survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Lock {
  release(): Promise<void>;
}

/**
 * The folder that a store lives in. Paths are relative to it with forward slashes. Failures reject with a
 * TenfoldError (`storage-failed`, `disk-full`).
 */
export interface Files {
  stat(path: string): Promise<FileStat | undefined>;
  /** Names in a folder, sorted; none when it does not exist. */
  list(path: string): Promise<string[]>;
  /** Bytes `[start, end)`, fewer when the file is shorter. */
  read(path: string, range?: { start: number; end: number }): Promise<Uint8Array>;
  /** Replaces a file in one step: after a power cut it has the old content or the new, whole. */
  writeAtomic(path: string, bytes: Uint8Array): Promise<void>;
  /** Opens a file for writing, keeping what it holds; makes it and its folders when absent. */
  open(path: string): Promise<WritableFile>;
  rename(from: string, to: string): Promise<void>;
  /** A file or a folder with all in it. No error when absent. Resolves once it would stay away after a power cut. */
  remove(path: string): Promise<void>;
  /** Makes `to` show the content of `from`: by hard link where the file system can, else by copy. Replaces `to` in one step. */
  link(from: string, to: string): Promise<void>;
  /**
   * Brings a file from elsewhere on this device into the store, in one step: by clone where the file system can, else
   * by hard link, else by copy. Absent where there are no paths.
   */
  bringIn?(location: string, to: string): Promise<"clone" | "link" | "copy">;
  /** Waits for an exclusive lock that other processes honour and that ends with its process, however it dies. */
  lock(name: string, options?: { signal?: AbortSignal; onWait?: () => void }): Promise<Lock>;
  /** Bytes that can still be written, where that is known. */
  freeBytes(): Promise<number | undefined>;
  /** Where native code can open the file, on platforms with paths. */
  location?(path: string): string;
  /** The file as a Blob that is read where it lies, in browsers. */
  blob?(path: string): Promise<Blob>;
}
