import { type ChannelId, idSchema, type Manifest, manifestSchema, parseJson } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";
import { publishedRelease } from "./published-release.ts";

export interface PublishedModel {
  release: { number: number; publishedAt: string };
  manifestSha256: string;
  manifest: Manifest;
  /** Of the model, its variants and their files, as far as they are revoked. */
  revocations: { variant?: string; reason: string }[];
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
  const manifest = parseJson(manifestSchema, new TextDecoder().decode(document.bytes), `manifest ${sha256}`);
  return {
    release: { number: release.number, publishedAt: release.publishedAt.toISOString() },
    manifestSha256: sha256,
    manifest,
    revocations: await revocationsOf(database, manifest),
  };
}

async function revocationsOf(database: Database, { id, variants }: Manifest): Promise<PublishedModel["revocations"]> {
  const rows = await database.revocation.findMany({
    where: { OR: [{ modelId: id }, { sha256: { in: variants.flatMap(digestsOf) } }] },
    orderBy: { id: "asc" },
  });
  return rows.flatMap(({ variant, sha256, reason }) => {
    if (sha256 === null) return [{ ...(variant !== null && { variant }), reason }];
    return variants.filter((one) => digestsOf(one).includes(sha256)).map((one) => ({ variant: one.id, reason }));
  });
}

function digestsOf({ artifacts }: Manifest["variants"][number]): string[] {
  return artifacts.flatMap(({ sha256, archive }) => [...(sha256 ? [sha256.value] : []), ...(archive?.members.map((member) => member.sha256) ?? [])]);
}
