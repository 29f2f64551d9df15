import type { StoredArtifact } from "../artifacts/artifact-store.ts";
import type { Hub } from "../hub/open-hub.ts";
import { countOldJobs } from "./old-jobs.ts";
import { findUnusedFiles, type UnusedFile } from "./unused-files.ts";

/** How long what nobody needs is kept. 0: for ever. */
export interface Keeping {
  /** Jobs that have ended. */
  readonly jobsDays: number;
  /** Files that nothing names any more, and transfers to the object storage that were begun and never ended. */
  readonly unusedDays: number;
}

/** What a sweep would remove now. */
export interface SweepPlan {
  readonly jobs: number;
  /** Not gone on with for a week. */
  readonly uploads: readonly { readonly id: string; readonly name: string; readonly sizeBytes: number }[];
  /** Begun and never ended, in the object storage. */
  readonly transfers: readonly { readonly name: string; readonly begunAt: string }[];
  readonly unused: readonly UnusedFile[];
  /** They lie in the store, and no row knows of them: their process was killed before it said so. */
  readonly strays: readonly UnusedFile[];
}

export type SweptHub = Pick<Hub, "database" | "store" | "uploads" | "keeping" | "log" | "clock">;

const dayMs = 24 * 3_600_000;

/** The moment before which things are old; undefined when they never are. */
export function daysAgo(now: Date, days: number): Date | undefined {
  return days === 0 ? undefined : new Date(now.getTime() - days * dayMs);
}

/** What a sweep would do. Changes nothing. */
export async function planSweep({ database, store, uploads, keeping, clock }: SweptHub): Promise<SweepPlan> {
  const now = clock();
  const [jobsBefore, before] = [daysAgo(now, keeping.jobsDays), daysAgo(now, keeping.unusedDays)];
  const strays: UnusedFile[] = [];
  if (before) for await (const batch of straysOf({ database, store }, before)) strays.push(...batch.map(({ sha256, sizeBytes }) => ({ sha256, sizeBytes })));
  const transfers = before ? await store.unfinished(before) : [];
  return {
    jobs: jobsBefore ? await countOldJobs(database, jobsBefore) : 0,
    uploads: await uploads.abandoned(now),
    transfers: transfers.map(({ name, begunAt }) => ({ name, begunAt: begunAt.toISOString() })),
    unused: before ? await findUnusedFiles(database, before) : [],
    strays,
  };
}

const batchSize = 500;

/** Old files of the store that no row knows, some at a time. */
export async function* straysOf({ database, store }: Pick<SweptHub, "database" | "store">, before: Date): AsyncGenerator<StoredArtifact[]> {
  let batch: StoredArtifact[] = [];
  const unknown = async () => {
    const known = await database.storedFile.findMany({ where: { sha256: { in: batch.map(({ sha256 }) => sha256) } }, select: { sha256: true } });
    const names = new Set(known.map(({ sha256 }) => sha256));
    return batch.filter(({ sha256 }) => !names.has(sha256));
  };
  for await (const file of store.list()) {
    if (file.storedAt >= before) continue;
    batch.push(file);
    if (batch.length < batchSize) continue;
    yield await unknown();
    batch = [];
  }
  if (batch.length > 0) yield await unknown();
}
