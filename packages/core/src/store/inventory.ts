import type { Files } from "../platform/files.ts";
import type { InstallRecord } from "./records.ts";

export interface BlobEntry {
  sha256: string;
  /** Bytes of the complete file; absent when there is none. */
  dataBytes?: number;
  /** What arrived of a file that is not complete. */
  partial?: { sizeBytes: number; modifiedAtMs: number };
}

/** Every blob that has a folder, sorted by digest. */
export async function listBlobs(files: Files): Promise<BlobEntry[]> {
  const entries: BlobEntry[] = [];
  for (const sha256 of await files.list("blobs")) {
    const [data, partial] = await Promise.all([files.stat(`blobs/${sha256}/data`), files.stat(`blobs/${sha256}/partial`)]);
    entries.push({
      sha256,
      ...(data ? { dataBytes: data.sizeBytes } : {}),
      ...(partial ? { partial: { sizeBytes: partial.sizeBytes, modifiedAtMs: partial.modifiedAtMs } } : {}),
    });
  }
  return entries;
}

export function blobBytes({ dataBytes = 0, partial }: BlobEntry): number {
  return dataBytes + (partial?.sizeBytes ?? 0);
}

export function nameOf({ model, variant }: InstallRecord): string {
  return `${model}:${variant.id}`;
}

/** Which installed variants need each blob. */
export function usersOfBlobs(records: readonly InstallRecord[]): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  for (const record of records) {
    for (const sha256 of blobsOf(record)) {
      const names = users.get(sha256) ?? new Set();
      users.set(sha256, names.add(nameOf(record)));
    }
  }
  return users;
}

/** The digests of what a record needs in the store, each once. */
export function blobsOf(record: InstallRecord): string[] {
  return [...new Set(record.files.map(({ sha256 }) => sha256))];
}
