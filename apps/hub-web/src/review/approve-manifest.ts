import type { Transaction } from "../database/transaction.ts";
import { createDocument } from "../publishing/create-document.ts";
import type { ModelRow } from "../publishing/manifest-of-model.ts";
import { manifestOfModel } from "../publishing/manifest-of-model.ts";
import { manifestSummary } from "../publishing/manifest-summary.ts";
import { saveDocuments } from "../publishing/save-documents.ts";

/** Keeps the manifest of a model as it stands, and answers its digest. @throws TenfoldError `invalid-manifest` when the rows do not make one. */
export async function keepManifest(transaction: Transaction, row: ModelRow): Promise<string> {
  const manifest = manifestOfModel(row);
  const document = createDocument("manifest", manifest);
  await saveDocuments(transaction, [document]);
  await transaction.manifest.createMany({ data: [{ sha256: document.sha256, ...manifestSummary(manifest) }], skipDuplicates: true });
  return document.sha256;
}

/** From now on releases publish this manifest of the model. */
export async function approveManifest(transaction: Transaction, modelId: string, sha256: string, revision: number): Promise<void> {
  await transaction.model.update({ where: { id: modelId }, data: { state: "approved", approvedSha256: sha256, approvedRevision: revision } });
}
