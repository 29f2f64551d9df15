import type { Database } from "../database/open-database.ts";
import { ofRelease } from "./of-release.ts";
import { publishedRelease } from "./published-release.ts";

export interface Facet {
  readonly value: string;
  /** Models that have it. */
  readonly count: number;
}

export interface ModelFacets {
  readonly formats: readonly Facet[];
  readonly capabilities: readonly Facet[];
  readonly licences: readonly Facet[];
}

/** What the published models can be filtered by, most frequent first. */
export async function modelFacets(database: Database): Promise<ModelFacets> {
  const release = await publishedRelease(database);
  if (release === undefined) return { formats: [], capabilities: [], licences: [] };
  return ofRelease(database, release.number, ["facets"], () => facetsOfRelease(database, release.number));
}

async function facetsOfRelease(database: Database, releaseNumber: number): Promise<ModelFacets> {
  const rows = await database.$queryRaw<{ kind: keyof ModelFacets; value: string; count: number }[]>`
    with published as (
      select manifest.* from manifest join release_model on manifest_sha256 = sha256 where release_number = ${releaseNumber}
    )
    select 'formats' as kind, value, count(*)::int as count from published, unnest(formats) as value group by value
    union all select 'capabilities', value, count(*)::int from published, unnest(capabilities) as value group by value
    union all select 'licences', licence, count(*)::int from published group by licence
    order by count desc, value`;
  const of = (kind: keyof ModelFacets) => rows.filter((row) => row.kind === kind).map(({ value, count }) => ({ value, count }));
  return { formats: of("formats"), capabilities: of("capabilities"), licences: of("licences") };
}
