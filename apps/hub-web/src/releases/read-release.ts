import { type ChannelId, channelIdSchema, parseJson, type Release, releaseSchema } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import { approvedContents, contentsOfRelease } from "../publishing/release-contents.ts";
import { type ModelChange, releaseDiff } from "./release-diff.ts";

export interface ReleaseSummary {
  readonly number: number;
  readonly publishedAt: string;
  /** The channel it was made for. */
  readonly channel: ChannelId;
  readonly publishedBy: string | undefined;
  readonly note: string | undefined;
  readonly restores: number | undefined;
  readonly modelCount: number;
  /** The channels that serve it now. */
  readonly servedBy: readonly ChannelId[];
}

/** Releases, newest first. */
export async function listReleases(database: Transaction, { before, limit }: { before?: number | undefined; limit: number }): Promise<ReleaseSummary[]> {
  const rows = await database.release.findMany({
    ...(before !== undefined && { where: { number: { lt: before } } }),
    orderBy: { number: "desc" },
    take: limit,
    include: { channels: true, _count: { select: { models: true } } },
  });
  return rows.map(summary);
}

export interface ReleasePage extends ReleaseSummary {
  readonly sha256: string;
  readonly approvedByAuthor: readonly string[];
  readonly revocations: NonNullable<Release["revocations"]>;
  /** The release of the same channel before it. */
  readonly previous: number | undefined;
  readonly changes: readonly ModelChange[];
}

/** One release with what it changed of the one before it in its channel; undefined when there is none of that number. */
export async function readRelease(database: Transaction, number: number): Promise<ReleasePage | undefined> {
  const row = await database.release.findUnique({ where: { number }, include: { channels: true, document: true, _count: { select: { models: true } } } });
  if (row === null) return undefined;
  const release = parseJson(releaseSchema, new TextDecoder().decode(row.document.bytes), `release ${number}`);
  const previous = await database.release.findFirst({ where: { number: { lt: number }, channelId: row.channelId }, orderBy: { number: "desc" } });
  const before = previous === null ? [] : await contentsOfRelease(database, previous.number);
  return {
    ...summary(row),
    sha256: row.documentSha256,
    approvedByAuthor: release.approvedByAuthor ?? [],
    revocations: release.revocations ?? [],
    previous: previous?.number,
    changes: await releaseDiff(database, before, await contentsOfRelease(database, number)),
  };
}

export interface ReleasePreview {
  readonly channel: ChannelId;
  /** What the channel serves now; absent when it serves nothing. */
  readonly current: number | undefined;
  readonly changes: readonly ModelChange[];
  readonly modelCount: number;
  /** Changed models that wait for somebody: they stay as the last release has them. */
  readonly waiting: { readonly drafts: number; readonly inReview: number };
}

/** What publishing to a channel would change now. */
export async function previewRelease(database: Transaction, channel: ChannelId): Promise<ReleasePreview> {
  const served = await database.channel.findUnique({ where: { id: channel } });
  const [before, after, drafts, inReview] = await Promise.all([
    served === null ? [] : contentsOfRelease(database, served.releaseNumber),
    approvedContents(database),
    database.model.count({ where: { state: "draft" } }),
    database.model.count({ where: { state: "inReview" } }),
  ]);
  return {
    channel,
    current: served?.releaseNumber,
    changes: await releaseDiff(database, before, after),
    modelCount: after.length,
    waiting: { drafts, inReview },
  };
}

interface Row {
  number: number;
  publishedAt: Date;
  channelId: string;
  publishedBy: string | null;
  note: string | null;
  restores: number | null;
  channels: { id: string }[];
  _count: { models: number };
}

function summary({ number, publishedAt, channelId, publishedBy, note, restores, channels, _count }: Row): ReleaseSummary {
  return {
    number,
    publishedAt: publishedAt.toISOString(),
    channel: channelId as ChannelId,
    publishedBy: publishedBy ?? undefined,
    note: note ?? undefined,
    restores: restores ?? undefined,
    modelCount: _count.models,
    servedBy: channels.map(({ id }) => channelIdSchema.parse(id)).sort(),
  };
}
