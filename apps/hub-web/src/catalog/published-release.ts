import type { ChannelId } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";
import { askedTogether } from "./asked-together.ts";

export interface PublishedRelease {
  readonly number: number;
  readonly publishedAt: Date;
  readonly sha256: string;
  readonly sizeBytes: number;
}

type Ask = () => Promise<PublishedRelease | undefined>;
const questions = new WeakMap<Database, Partial<Record<ChannelId, Ask>>>();

/** The release a channel points to now; nothing while it points to none. */
export function publishedRelease(database: Database, channel: ChannelId = "stable"): Promise<PublishedRelease | undefined> {
  const asked = questions.get(database) ?? {};
  questions.set(database, asked);
  asked[channel] ??= askedTogether(() => askDatabase(database, channel));
  return asked[channel]();
}

async function askDatabase(database: Database, channel: ChannelId): Promise<PublishedRelease | undefined> {
  // Asked with every page: the document's size is read, its bytes, megabytes of a large catalog, stay where they are.
  const [row] = await database.$queryRaw<PublishedRelease[]>`
    select number, published_at as "publishedAt", document_sha256 as sha256, octet_length(bytes) as "sizeBytes"
    from channel join release on number = release_number join document on sha256 = document_sha256
    where channel.id = ${channel}`;
  return row;
}
