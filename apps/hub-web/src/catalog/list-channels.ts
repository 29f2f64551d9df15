import { type ChannelId, channelIdSchema } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";

export interface ChannelList {
  channels: { id: ChannelId; release: { number: number; publishedAt: string }; movedAt: string }[];
}

/** The channels that something was published on. */
export async function listChannels(database: Database): Promise<ChannelList> {
  const rows = await database.channel.findMany({ include: { release: true }, orderBy: { id: "desc" } });
  return {
    channels: rows.map(({ id, movedAt, release: { number, publishedAt } }) => ({
      id: channelIdSchema.parse(id),
      release: { number, publishedAt: publishedAt.toISOString() },
      movedAt: movedAt.toISOString(),
    })),
  };
}
