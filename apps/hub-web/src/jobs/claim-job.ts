import { randomUUID } from "node:crypto";
import type { Database } from "../database/open-database.ts";
import type { Job } from "../generated/prisma/client.ts";

export interface ClaimedJob extends Job {
  readonly lease: string;
}

/**
 * Takes the job that has waited longest, for `leaseMs`: one that is due, or one whose worker has not been heard of. Workers that ask at once get
 * different ones. All times are the database's, so that clocks that differ do no harm.
 */
export async function claimJob(database: Database, kinds: readonly string[], leaseMs: number): Promise<ClaimedJob | undefined> {
  await endAbandoned(database);
  const lease = randomUUID();
  const claimed = await database.$queryRaw<{ id: string }[]>`
    update job set state = 'running', attempt = attempt + 1, lease = ${lease}, leased_until = now() + ${leaseMs} * interval '1 millisecond',
      started_at = coalesce(started_at, now())
    where id = (
      select id from job
      where kind = any(${kinds}) and ((state = 'queued' and run_at <= now()) or (state = 'running' and leased_until < now()))
      order by run_at, id for update skip locked limit 1
    )
    returning id`;
  const id = claimed[0]?.id;
  if (id === undefined) return undefined;
  const job = await database.job.findUnique({ where: { id } });
  return job === null ? undefined : { ...job, lease };
}

/** A job that takes its worker with it each time is not tried for ever, and one that was cancelled meanwhile is not tried again. */
async function endAbandoned(database: Database): Promise<void> {
  const error = JSON.stringify({
    code: "crashed",
    message: "The worker was gone before the job was done, at each attempt.",
    remedy: "See the hub's log; then start the job again.",
  });
  await database.$executeRaw`
    update job set state = (case when cancel_requested_at is null then 'failed' else 'cancelled' end)::job_state, finished_at = now(), lease = null, leased_until = null,
      error = case when cancel_requested_at is null then ${error}::jsonb end
    where state = 'running' and leased_until < now() and (attempt >= most_attempts or cancel_requested_at is not null)`;
}
