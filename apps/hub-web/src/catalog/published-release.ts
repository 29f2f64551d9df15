import type { ChannelId } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";

export interface PublishedRelease {
  readonly number: number;
  readonly publishedAt: Date;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The release a channel points to now; nothing while it points to none. */
export async function publishedRelease(database: Database, channel: ChannelId = "stable"): Promise<PublishedRelease | undefined> {
  const row = await database.channel.findUnique({ where: { id: channel }, include: { release: { include: { document: true } } } });
  if (row === null) return undefined;
  const { number, publishedAt, document } = row.release;
  return { number, publishedAt, sha256: document.sha256, sizeBytes: document.bytes.byteLength };
}
