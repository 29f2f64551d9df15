import type { Files } from "../platform/files.ts";
import { type BlobEntry, blobBytes, blobsOf, listBlobs, nameOf, usersOfBlobs } from "./inventory.ts";
import { isPinned, readPins } from "./pins.ts";
import { scanRecords } from "./scan-records.ts";

export interface ModelUsage {
  model: string;
  variant: string;
  /** Bytes of all its files. */
  sizeBytes: number;
  /** Those of them that another installed variant needs as well. */
  sharedBytes: number;
  pinned: boolean;
}

export interface StoreUsage {
  /** Everything that follows, each file once. */
  totalBytes: number;
  models: ModelUsage[];
  /** Counted once, however many variants need them. */
  sharedBytes: number;
  /** What arrived of files that are not complete. */
  partials: { sha256: string; sizeBytes: number; modifiedAtMs: number }[];
  /** Complete files that no record names. */
  orphans: { sha256: string; sizeBytes: number }[];
}

/** What the store's files take on the disk, and for whom. */
export async function measureUsage(files: Files): Promise<StoreUsage> {
  const [{ records, unreadable }, blobs, pins] = await Promise.all([scanRecords(files), listBlobs(files), readPins(files)]);
  const users = usersOfBlobs(records);
  const mentioned = new Set(unreadable.flatMap((record) => record.mentioned));
  const bytesOf = new Map(blobs.map((blob): [string, number] => [blob.sha256, blob.dataBytes ?? 0]));
  const isShared = (sha256: string) => (users.get(sha256)?.size ?? 0) > 1;
  const sum = (digests: readonly string[]) => digests.reduce((total, sha256) => total + (bytesOf.get(sha256) ?? 0), 0);
  const orphaned = (blob: BlobEntry) => blob.dataBytes !== undefined && !users.has(blob.sha256) && !mentioned.has(blob.sha256);
  return {
    totalBytes: blobs.reduce((total, blob) => total + blobBytes(blob), 0),
    models: records.map((record) => ({
      model: record.model,
      variant: record.variant.id,
      sizeBytes: sum(blobsOf(record)),
      sharedBytes: sum(blobsOf(record).filter(isShared)),
      pinned: isPinned(pins, record.model, record.variant.id),
    })),
    sharedBytes: sum([...users.keys()].filter(isShared)),
    partials: blobs.flatMap(({ sha256, partial }) => (partial ? [{ sha256, ...partial }] : [])),
    orphans: blobs.filter(orphaned).map(({ sha256, dataBytes = 0 }) => ({ sha256, sizeBytes: dataBytes })),
  };
}

export interface RemovalPlan {
  variants: { model: string; variant: string; pinned: boolean }[];
  /** Files that nothing else needs. */
  freed: { sha256: string; sizeBytes: number }[];
  freedBytes: number;
  /** Files that stay, because these other variants need them. */
  kept: { sha256: string; sizeBytes: number; neededBy: string[] }[];
}

/** What removing a model, or one variant of it, would free. Empty when it is not installed. */
export async function planRemoval(files: Files, model: string, variant?: string): Promise<RemovalPlan> {
  const [{ records, unreadable }, blobs, pins] = await Promise.all([scanRecords(files), listBlobs(files), readPins(files)]);
  const chosen = records.filter((record) => record.model === model && (variant === undefined || record.variant.id === variant));
  const names = new Set(chosen.map(nameOf));
  const users = usersOfBlobs(records);
  for (const record of unreadable) for (const sha256 of record.mentioned) users.set(sha256, (users.get(sha256) ?? new Set()).add(record.path));
  const wanted = new Set(chosen.flatMap(blobsOf));
  const plan: RemovalPlan = {
    variants: chosen.map((record) => ({ model: record.model, variant: record.variant.id, pinned: isPinned(pins, record.model, record.variant.id) })),
    freed: [],
    freedBytes: 0,
    kept: [],
  };
  for (const blob of blobs.filter(({ sha256 }) => wanted.has(sha256))) {
    const neededBy = [...(users.get(blob.sha256) ?? [])].filter((name) => !names.has(name)).sort();
    const entry = { sha256: blob.sha256, sizeBytes: blobBytes(blob) };
    if (neededBy.length > 0) plan.kept.push({ ...entry, neededBy });
    else plan.freed.push(entry);
  }
  plan.freedBytes = plan.freed.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  return plan;
}
