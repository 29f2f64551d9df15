import { type ChannelId, canonicalJson, channelIdSchema } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";
import { publishedRelease } from "./published-release.ts";

/** The bytes of a channel's document: which release it points to. Nothing for a channel that is not there. */
export async function channelDocument(database: Database, channel: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const id = channelIdSchema.safeParse(channel);
  const release = id.success ? await publishedRelease(database, id.data) : undefined;
  if (release === undefined || !id.success) return undefined;
  const { number, sha256, sizeBytes } = release;
  return new TextEncoder().encode(canonicalJson({ schemaVersion: 1, channel: id.data satisfies ChannelId, number, release: { sha256, sizeBytes } }));
}
