import type { Transaction } from "../database/transaction.ts";

/** Whether any release has published the model. Asked by way of its manifests: of them and of what releases hold of each there are indexes. */
export async function wasPublished(database: Transaction, modelId: string): Promise<boolean> {
  return (await database.manifest.findFirst({ where: { modelId, releases: { some: {} } }, select: { sha256: true } })) !== null;
}
