import type { Database } from "../database/open-database.ts";
import { enqueueJob } from "../jobs/enqueue-job.ts";
import { requestVerification } from "./request-verification.ts";

export interface Schedule {
  /** How old a verification may become. 0: none is repeated. */
  readonly reverifyDays: number;
  /** How often upstreams are asked. 0: never. */
  readonly upstreamDays: number;
}

/** So few at a time that a hub which was off for long does not begin everything at once. */
const atOnce = 10;

/**
 * Adds the jobs that are due: variants that this hub verified long ago, and upstreams of models that it verified. What nobody here has verified is
 * left alone. Several workers may do this at once: of a key there is one job.
 */
export async function scheduleChecks(database: Database, { reverifyDays, upstreamDays }: Schedule): Promise<void> {
  if (reverifyDays > 0) {
    const due = await database.$queryRaw<{ model_id: string; variant: string; held: boolean }[]>`
      select v.model_id, v.name as variant, bool_and(exists (select 1 from stored_file f where f.sha256 = a.sha256)) as held
      from variant v join artifact a on a.variant_id = v.id
      where exists (select 1 from verification e where e.model_id = v.model_id and e.variant = v.name and e.verdict = 'verified')
        and not exists (select 1 from verification e where e.model_id = v.model_id and e.variant = v.name
          and e.finished_at > now() - ${reverifyDays} * interval '1 day')
        and not exists (select 1 from job j where j.kind = 'verify-variant' and j.model_id = v.model_id and j.input->>'variant' = v.name
          and j.created_at > now() - interval '1 day')
      group by v.model_id, v.name order by v.model_id, v.name limit ${atOnce}`;
    for (const { model_id: modelId, variant, held } of due) await requestVerification(database, { modelId, variant, keep: held });
  }
  if (upstreamDays > 0) {
    const due = await database.$queryRaw<{ model_id: string }[]>`
      select distinct v.model_id
      from source s join artifact a on a.id = s.artifact_id join variant v on v.id = a.variant_id
      where s.kind = 'hugging-face' and exists (select 1 from verification e where e.model_id = v.model_id and e.verdict = 'verified')
        and not exists (select 1 from job j where j.kind = 'check-upstream' and j.model_id = v.model_id
          and j.created_at > now() - ${upstreamDays} * interval '1 day')
      order by v.model_id limit ${atOnce}`;
    for (const { model_id: modelId } of due) {
      await enqueueJob(database, {
        kind: "check-upstream",
        title: `Look at the upstream of ${modelId}`,
        modelId,
        input: { modelId },
        key: `upstream ${modelId}`,
        mostAttempts: 3,
      });
    }
  }
}
