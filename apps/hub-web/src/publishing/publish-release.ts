import { type ChannelId, type Release, TenfoldError } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import type { Manifest } from "../generated/prisma/client.ts";
import { createDocument } from "./create-document.ts";
import { documentSizes } from "./document-sizes.ts";
import { approvedContents, type ReleaseContents } from "./release-contents.ts";
import { revocationOf } from "./revocation-of.ts";
import { saveDocuments } from "./save-documents.ts";
import { waitForTurn } from "./wait-for-turn.ts";

export interface PublishReleaseOptions {
  readonly channel: ChannelId;
  readonly publishedAt: Date;
  /** Default: what is approved. */
  readonly contents?: ReleaseContents;
  /** Absent when no person did it. */
  readonly publishedBy?: string;
  readonly note?: string | undefined;
  /** The release whose contents these are. */
  readonly restores?: number;
}

/**
 * Publishes manifests as the next release and moves the channel to it. A manifest that has not changed keeps its digest and is
 * stored once. To be called in a transaction, and signed after it.
 */
export async function publishRelease(
  transaction: Transaction,
  { channel, publishedAt, publishedBy, note, restores, ...options }: PublishReleaseOptions,
): Promise<Release> {
  await waitForTurn(transaction);
  const contents = options.contents ?? (await approvedContents(transaction));
  const manifests = await manifestsOf(transaction, contents);
  const approvedByAuthor = await approvedByAuthorAlone(transaction, contents);
  const revocations = await transaction.revocation.findMany({ orderBy: { id: "asc" } });
  const last = await transaction.release.findFirst({ orderBy: { number: "desc" } });
  const release: Release = {
    schemaVersion: 1,
    number: (last?.number ?? 0) + 1,
    publishedAt: publishedAt.toISOString(),
    models: contents.map(({ modelId, manifestSha256 }) => {
      const manifest = manifests.get(manifestSha256);
      if (manifest === undefined) throw new TenfoldError("storage-failed", `The manifest ${manifestSha256} of ${modelId} is missing.`);
      return entryOf(manifest);
    }),
    ...(note && { note }),
    ...(restores !== undefined && { restores }),
    ...(approvedByAuthor.length > 0 && { approvedByAuthor }),
    ...(revocations.length > 0 && { revocations: revocations.map(revocationOf) }),
  };
  const document = createDocument("release", release);

  await saveDocuments(transaction, [document]);
  await transaction.release.create({
    data: {
      number: release.number,
      publishedAt,
      documentSha256: document.sha256,
      channelId: channel,
      publishedBy: publishedBy ?? null,
      note: note || null,
      restores: restores ?? null,
    },
  });
  await transaction.releaseModel.createMany({ data: contents.map((one) => ({ releaseNumber: release.number, ...one })) });
  const pointer = { releaseNumber: release.number, movedAt: publishedAt };
  await transaction.channel.upsert({ where: { id: channel }, create: { id: channel, ...pointer }, update: pointer });
  return release;
}

type SizedManifest = Manifest & { readonly sizeBytes: number };

async function manifestsOf(transaction: Transaction, contents: ReleaseContents): Promise<ReadonlyMap<string, SizedManifest>> {
  const digests = contents.map(({ manifestSha256 }) => manifestSha256);
  const rows = await transaction.manifest.findMany({ where: { sha256: { in: digests } } });
  const sizeOf = await documentSizes(transaction, digests);
  return new Map(rows.map((row) => [row.sha256, { ...row, sizeBytes: sizeOf.get(row.sha256) ?? 0 }]));
}

function entryOf({
  modelId,
  name,
  publisher,
  licence,
  parameterCount,
  contextLength,
  capabilities,
  formats,
  sha256,
  sizeBytes,
}: SizedManifest): Release["models"][number] {
  return {
    id: modelId,
    name,
    publisher,
    licence,
    ...(parameterCount !== null && { parameterCount: Number(parameterCount) }),
    ...(contextLength !== null && { contextLength }),
    capabilities: capabilities as Release["models"][number]["capabilities"],
    formats,
    manifest: { sha256, sizeBytes },
  };
}

/** The models of which nobody but an author has approved what is published: a hub with one user may, and its releases say so. */
async function approvedByAuthorAlone(transaction: Transaction, contents: ReleaseContents): Promise<string[]> {
  const approvals = await transaction.review.findMany({
    where: { decision: "approved", manifestSha256: { in: contents.map(({ manifestSha256 }) => manifestSha256) } },
    select: { manifestSha256: true, byAuthor: true },
  });
  // A manifest holds its model's id, so that its digest tells the model.
  const byOthers = new Set(approvals.flatMap((one) => (one.byAuthor ? [] : one.manifestSha256)));
  const alone = new Set(approvals.flatMap((one) => (one.byAuthor && !byOthers.has(one.manifestSha256) ? one.manifestSha256 : [])));
  return contents.flatMap(({ modelId, manifestSha256 }) => (alone.has(manifestSha256) ? [modelId] : []));
}
