import { TenfoldError } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";
import type { ClaimedJob } from "./claim-job.ts";
import type { JobOutcome } from "./job-kind.ts";
import { retryDelayMs } from "./retry-delay.ts";

type Held = Pick<ClaimedJob, "id" | "lease" | "attempt" | "mostAttempts">;

/** Writes what the job changes and that it is done, both or neither. Answers false, with nothing written, when the lease is somebody else's by now. */
export async function completeJob(database: Database, { id, lease }: Held, { result, write }: JobOutcome): Promise<boolean> {
  return database.$transaction(
    async (transaction) => {
      const { count } = await transaction.job.updateMany({
        where: { id, lease, state: "running" },
        data: { state: "succeeded", result, finishedAt: new Date(), lease: null, leasedUntil: null },
      });
      if (count === 0) return false;
      await write?.(transaction);
      return true;
    },
    { timeout: 120_000 },
  );
}

/** Ends a job that failed, or puts it back for later when trying again may help. Answers the wait until then. */
export async function failJob(database: Database, { id, lease, attempt, mostAttempts }: Held, error: unknown): Promise<{ retryMs?: number }> {
  const retryable = TenfoldError.is(error) ? error.retryable : true;
  const shown = TenfoldError.is(error)
    ? { code: error.code, message: error.message, remedy: error.remedy }
    : { code: "failed", message: error instanceof Error ? error.message : String(error), remedy: "See the job's log and the hub's." };
  const where = { id, lease, state: "running" } as const;
  if (!retryable || attempt >= mostAttempts) {
    await database.job.updateMany({ where, data: { state: "failed", error: shown, finishedAt: new Date(), lease: null, leasedUntil: null } });
    return {};
  }
  const retryMs = retryDelayMs(attempt);
  await database.$executeRaw`
    update job set state = 'queued', error = ${JSON.stringify(shown)}::jsonb, run_at = now() + ${retryMs} * interval '1 millisecond', lease = null, leased_until = null
    where id = ${id} and lease = ${lease} and state = 'running'`;
  return { retryMs };
}

/** Ends a job that somebody cancelled. */
export async function endCancelled(database: Database, { id, lease }: Held): Promise<void> {
  await database.job.updateMany({
    where: { id, lease, state: "running" },
    data: { state: "cancelled", finishedAt: new Date(), lease: null, leasedUntil: null },
  });
}

/** Puts a job back as if it had not been begun: its worker stops. */
export async function returnJob(database: Database, { id, lease }: Held): Promise<void> {
  await database.job.updateMany({
    where: { id, lease, state: "running" },
    data: { state: "queued", attempt: { decrement: 1 }, lease: null, leasedUntil: null },
  });
}
