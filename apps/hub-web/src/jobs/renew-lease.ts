import type { Database } from "../database/open-database.ts";
import type { ClaimedJob } from "./claim-job.ts";
import type { JobProgress } from "./job-kind.ts";

/** What a worker learns when it says that it is still there. */
export type LeaseState = "held" | "lost" | "cancelled";

/** Holds a job for another `leaseMs` and shows how far it is. `lost` when another worker has it, or it is gone. */
export async function renewLease(
  database: Database,
  { id, lease }: Pick<ClaimedJob, "id" | "lease">,
  leaseMs: number,
  progress?: JobProgress,
): Promise<LeaseState> {
  const shown = progress === undefined ? null : JSON.stringify(progress);
  const rows = await database.$queryRaw<{ cancelled: boolean }[]>`
    update job set leased_until = now() + ${leaseMs} * interval '1 millisecond', progress = coalesce(${shown}::jsonb, progress)
    where id = ${id} and lease = ${lease} and state = 'running'
    returning cancel_requested_at is not null as cancelled`;
  if (rows[0] === undefined) return "lost";
  return rows[0].cancelled ? "cancelled" : "held";
}
