import type { Database } from "../database/open-database.ts";
import { Prisma } from "../generated/prisma/client.ts";

/**
 * Jobs that ended before a moment. By the newest of some keys the hub knows when it looked at an upstream last, and which receivers it has given up:
 * those stay.
 */
const old = (before: Date) => Prisma.sql`
  finished_at < ${before} and state not in ('queued', 'running') and not (
    kind in ('check-upstream', 'announce-release')
    and not exists (select 1 from job later where later.key = job.key and later.kind = job.kind and later.created_at > job.created_at))`;

export async function countOldJobs(database: Database, before: Date): Promise<number> {
  const [row] = await database.$queryRaw<{ count: bigint }[]>`select count(*) from job where ${old(before)}`;
  return Number(row?.count ?? 0);
}

/** Removes them with their logs, some at a time. Evidence of verifications is no part of a job and stays. */
export async function removeOldJobs(database: Database, before: Date): Promise<number> {
  for (let removed = 0; ; ) {
    const count = await database.$executeRaw`delete from job where id in (select id from job where ${old(before)} order by id limit 500)`;
    removed += count;
    if (count === 0) return removed;
  }
}
