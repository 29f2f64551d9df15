import { type ChannelId, idSchema, type Manifest, manifestSchema, parseJson } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";
import { publishedRelease } from "./published-release.ts";

export interface PublishedModel {
  release: { number: number; publishedAt: string };
  manifestSha256: string;
  manifest: Manifest;
}

/** A model as a channel publishes it, read from its manifest. Nothing when it publishes no such model. */
export async function findModel(database: Database, id: string, channel: ChannelId = "stable"): Promise<PublishedModel | undefined> {
  const release = idSchema.safeParse(id).success ? await publishedRelease(database, channel) : undefined;
  if (release === undefined) return undefined;
  const row = await database.releaseModel.findUnique({
    where: { releaseNumber_modelId: { releaseNumber: release.number, modelId: id } },
    include: { manifest: { include: { document: true } } },
  });
  if (row === null) return undefined;
  const { sha256, document } = row.manifest;
  return {
    release: { number: release.number, publishedAt: release.publishedAt.toISOString() },
    manifestSha256: sha256,
    manifest: parseJson(manifestSchema, new TextDecoder().decode(document.bytes), `manifest ${sha256}`),
  };
}
