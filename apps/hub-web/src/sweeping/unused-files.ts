import type { Transaction } from "../database/transaction.ts";

export interface UnusedFile {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** So many at a time. What is left is found the next day. */
const atOnce = 500;

/**
 * Files that were stored before `before` and that nothing names: no draft, no release ever published, no manifest that is approved or asked about, no proposal,
 * and no version of a model that stood at `before` or since.
 * @param among only these
 */
export async function findUnusedFiles(database: Transaction, before: Date, among?: readonly string[]): Promise<UnusedFile[]> {
  const rows = await database.$queryRaw<{ sha256: string; size_bytes: bigint }[]>`
    with named (texts) as (
      select convert_from(bytes, 'UTF8') from document where sha256 in (
        select approved_sha256 from model where approved_sha256 is not null
        union select manifest_sha256 from review where decision is null)
      union all select manifests::text from import_proposal
      union all select r.content::text from model_revision r where not exists (
        select 1 from model_revision later where later.model_id = r.model_id and later.number > r.number and later.at <= ${before})
    ), digests (sha256) as materialized (
      select distinct found[1] from named, regexp_matches(texts, '[0-9a-f]{64}', 'g') as found
    )
    select f.sha256, f.size_bytes from stored_file f
    where f.stored_at < ${before} and (${among === undefined} or f.sha256 = any(${among ?? []}))
      and not exists (select 1 from artifact a where a.sha256 = f.sha256)
      and not exists (select 1 from manifest_file m where m.sha256 = f.sha256)
      and not exists (select 1 from digests d where d.sha256 = f.sha256)
    order by f.stored_at, f.sha256 limit ${atOnce}`;
  return rows.map(({ sha256, size_bytes }) => ({ sha256, sizeBytes: Number(size_bytes) }));
}
