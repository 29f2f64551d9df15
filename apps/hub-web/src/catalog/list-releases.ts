import { type ChannelId, channelIdSchema } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import { documentSizes } from "../publishing/document-sizes.ts";

export interface ReleaseSummary {
  number: number;
  publishedAt: string;
  sha256: string;
  sizeBytes: number;
  /** How many models it publishes. */
  models: number;
  /** The channels that point to it now. */
  channels: ChannelId[];
}

export interface ReleaseList {
  total: number;
  /** The newest first. */
  releases: ReleaseSummary[];
  nextCursor?: string;
}

const include = { channels: true, _count: { select: { models: true } } } as const satisfies Prisma.ReleaseInclude;
type Row = Prisma.ReleaseGetPayload<{ include: typeof include }>;

/** Lists what was published. A cursor is the number of the last release that was read: what is published meanwhile moves nothing. */
export async function listReleases(database: Database, { limit, cursor }: { limit: number; cursor?: number | undefined }): Promise<ReleaseList> {
  const where = cursor === undefined ? {} : { number: { lt: cursor } };
  const [total, rows] = await Promise.all([
    database.release.count(),
    database.release.findMany({ where, include, orderBy: { number: "desc" }, take: limit + 1 }),
  ]);
  const shown = rows.slice(0, limit);
  return { total, releases: await summaries(database, shown), ...(rows.length > limit && { nextCursor: String(shown.at(-1)?.number) }) };
}

export async function findRelease(database: Database, number: number): Promise<ReleaseSummary | undefined> {
  const row = await database.release.findUnique({ where: { number }, include });
  return row === null ? undefined : (await summaries(database, [row]))[0];
}

async function summaries(database: Database, rows: readonly Row[]): Promise<ReleaseSummary[]> {
  if (rows.length === 0) return [];
  const sizeOf = await documentSizes(
    database,
    rows.map(({ documentSha256 }) => documentSha256),
  );
  return rows.map(({ number, publishedAt, documentSha256, channels, _count }) => ({
    number,
    publishedAt: publishedAt.toISOString(),
    sha256: documentSha256,
    sizeBytes: sizeOf.get(documentSha256) ?? 0,
    models: _count.models,
    channels: channels.map(({ id }) => channelIdSchema.parse(id)),
  }));
}
