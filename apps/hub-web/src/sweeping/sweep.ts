import type { StoredArtifact } from "../artifacts/artifact-store.ts";
import { type AuditActor, recordAudit } from "../audit/record-audit.ts";
import { filesMayGo } from "../backup/files-stay.ts";
import { removeOldJobs } from "./old-jobs.ts";
import { daysAgo, type SweptHub, straysOf } from "./plan-sweep.ts";
import { findUnusedFiles, type UnusedFile } from "./unused-files.ts";

/** What a sweep removed. */
export interface Swept {
  readonly jobs: number;
  readonly uploads: number;
  readonly transfers: number;
  readonly files: number;
  readonly sizeBytes: number;
}

/**
 * Removes what `planSweep` shows, looking at each thing again. A file's row goes first, in a transaction that no new mention of it can slip into; then the file,
 * unless it has been stored anew or a backup is being written. Killed in between, a file without a row is left, which the next sweep takes. Several hubs may do this at once.
 */
export async function sweep(hub: SweptHub, actor: AuditActor = "hub"): Promise<Swept> {
  const { database, store, uploads, keeping, clock, log } = hub;
  const now = clock();
  const [jobsBefore, before] = [daysAgo(now, keeping.jobsDays), daysAgo(now, keeping.unusedDays)];
  const jobs = jobsBefore ? await removeOldJobs(database, jobsBefore) : 0;
  const abandoned = await uploads.abandoned(now);
  for (const { id } of abandoned) await uploads.remove(id);
  let transfers = 0;
  let [files, sizeBytes] = [0, 0];
  /** Answers false, with nothing done, while a backup is written. */
  const removeFile = (file: StoredArtifact, storedBefore: Date) =>
    database.$transaction(
      async (transaction) => {
        if (!(await filesMayGo(transaction))) return false;
        if (await store.remove(file.sha256, storedBefore)) {
          files += 1;
          sizeBytes += file.sizeBytes;
        }
        return true;
      },
      { timeout: 120_000 },
    );
  if (before) {
    for (const transfer of await store.unfinished(before)) {
      await transfer.remove();
      transfers += 1;
    }
    await forget(hub, await findUnusedFiles(database, before), before, actor);
    strays: for await (const batch of straysOf(hub, before)) {
      for (const file of batch) {
        if (await removeFile(file, before)) continue;
        log.info("a backup is being written: files that nobody needs stay until the next sweep");
        break strays;
      }
    }
  }
  const swept = { jobs, uploads: abandoned.length, transfers, files, sizeBytes };
  if (Object.values(swept).some((count) => count > 0)) log.info("swept", swept);
  return swept;
}

/** Takes the rows of files away that nothing names still. Whoever stores or finds one meanwhile waits, or is waited for. */
async function forget({ database }: SweptHub, files: readonly UnusedFile[], before: Date, actor: AuditActor): Promise<void> {
  if (files.length === 0) return;
  const digests = files.map(({ sha256 }) => sha256);
  await database.$transaction(
    async (transaction) => {
      // In one order, so that no two sweeps wait for each other.
      await transaction.$queryRaw`select 1 from stored_file where sha256 = any(${digests}) order by sha256 for update`;
      for (const { sha256, sizeBytes } of await findUnusedFiles(transaction, before, digests)) {
        await transaction.storedFile.delete({ where: { sha256 } });
        await recordAudit(transaction, actor, "file.forget", `file ${sha256}`, { sizeBytes });
      }
    },
    { timeout: 120_000 },
  );
}
