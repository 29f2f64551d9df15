import { type AuditActor, recordAudit } from "../audit/record-audit.ts";
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
 * unless it has been stored anew. Killed in between, a file without a row is left, which the next sweep takes. Several hubs may do this at once.
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
  if (before) {
    for (const transfer of await store.unfinished(before)) {
      await transfer.remove();
      transfers += 1;
    }
    for (const file of await findUnusedFiles(database, before)) await forget(hub, file, before, actor);
    for await (const batch of straysOf(hub, before)) {
      for (const file of batch) {
        if (!(await store.remove(file.sha256, before))) continue;
        files += 1;
        sizeBytes += file.sizeBytes;
      }
    }
  }
  const swept = { jobs, uploads: abandoned.length, transfers, files, sizeBytes };
  if (Object.values(swept).some((count) => count > 0)) log.info("swept", swept);
  return swept;
}

/** Takes the row of a file away, if nothing names it still. Whoever stores or finds it meanwhile waits, or is waited for. */
async function forget({ database }: SweptHub, { sha256, sizeBytes }: UnusedFile, before: Date, actor: AuditActor): Promise<void> {
  await database.$transaction(async (transaction) => {
    await transaction.$queryRaw`select 1 from stored_file where sha256 = ${sha256} for update`;
    const [still] = await findUnusedFiles(transaction, before, [sha256]);
    if (still === undefined) return;
    await transaction.storedFile.delete({ where: { sha256 } });
    await recordAudit(transaction, actor, "file.forget", `file ${sha256}`, { sizeBytes });
  });
}
