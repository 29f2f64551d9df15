import { TenfoldError } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";

/**
 * Cancels a job: at once while it waits, and as soon as its worker hears of it while it runs.
 * @throws TenfoldError `invalid-input` when there is no such job, or it has ended.
 */
export async function cancelJob(database: Transaction, id: string): Promise<void> {
  const now = new Date();
  const waiting = await database.job.updateMany({ where: { id, state: "queued" }, data: { state: "cancelled", cancelRequestedAt: now, finishedAt: now } });
  if (waiting.count > 0) return;
  const running = await database.job.updateMany({ where: { id, state: "running" }, data: { cancelRequestedAt: now } });
  if (running.count === 0)
    throw new TenfoldError("invalid-input", "There is no such job that could be cancelled.", { remedy: "Look at the list of jobs: it has ended." });
}
