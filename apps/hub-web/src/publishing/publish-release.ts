import type { ChannelId, Release } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import { createDocument } from "./create-document.ts";
import { manifestInclude, manifestOfModel } from "./manifest-of-model.ts";
import { manifestSummary } from "./manifest-summary.ts";
import { revocationOf } from "./revocation-of.ts";
import { saveDocuments } from "./save-documents.ts";
import { waitForTurn } from "./wait-for-turn.ts";

/**
 * Publishes every model as it stands as the next release and moves the channel to it. A manifest that has not changed
 * keeps its digest and is stored once. To be called in a transaction.
 */
export async function publishRelease(transaction: Transaction, { channel, publishedAt }: { channel: ChannelId; publishedAt: Date }): Promise<Release> {
  await waitForTurn(transaction);
  const rows = await transaction.model.findMany({ include: manifestInclude, orderBy: { id: "asc" } });
  const manifests = rows.map((row) => {
    const manifest = manifestOfModel(row);
    return { manifest, document: createDocument("manifest", manifest), summary: manifestSummary(manifest) };
  });
  const revocations = await transaction.revocation.findMany({ orderBy: { id: "asc" } });
  const last = await transaction.release.findFirst({ orderBy: { number: "desc" } });
  const release: Release = {
    schemaVersion: 1,
    number: (last?.number ?? 0) + 1,
    publishedAt: publishedAt.toISOString(),
    models: manifests.map(({ manifest, document, summary }) => ({
      id: manifest.id,
      name: manifest.name,
      publisher: manifest.publisher,
      licence: manifest.licence.id,
      ...(manifest.parameterCount !== undefined && { parameterCount: manifest.parameterCount }),
      ...(manifest.contextLength !== undefined && { contextLength: manifest.contextLength }),
      capabilities: manifest.capabilities,
      formats: summary.formats,
      manifest: { sha256: document.sha256, sizeBytes: document.bytes.byteLength },
    })),
    ...(revocations.length > 0 && { revocations: revocations.map(revocationOf) }),
  };
  const document = createDocument("release", release);

  await saveDocuments(transaction, [...manifests.map((one) => one.document), document]);
  await transaction.manifest.createMany({ data: manifests.map((one) => ({ sha256: one.document.sha256, ...one.summary })), skipDuplicates: true });
  await transaction.release.create({ data: { number: release.number, publishedAt, documentSha256: document.sha256 } });
  await transaction.releaseModel.createMany({
    data: manifests.map((one) => ({ releaseNumber: release.number, modelId: one.manifest.id, manifestSha256: one.document.sha256 })),
  });
  const pointer = { releaseNumber: release.number, movedAt: publishedAt };
  await transaction.channel.upsert({ where: { id: channel }, create: { id: channel, ...pointer }, update: pointer });
  return release;
}
