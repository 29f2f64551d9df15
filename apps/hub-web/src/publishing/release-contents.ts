import type { Transaction } from "../database/transaction.ts";

/** Which manifest a release publishes for each model, ordered by model. */
export type ReleaseContents = readonly { readonly modelId: string; readonly manifestSha256: string }[];

/** What is approved now. */
export async function approvedContents(transaction: Transaction): Promise<ReleaseContents> {
  const models = await transaction.model.findMany({
    where: { approvedSha256: { not: null } },
    select: { id: true, approvedSha256: true },
    orderBy: { id: "asc" },
  });
  return models.map(({ id, approvedSha256 }) => ({ modelId: id, manifestSha256: approvedSha256 ?? "" }));
}

/** What a release published. */
export async function contentsOfRelease(transaction: Transaction, number: number): Promise<ReleaseContents> {
  return transaction.releaseModel.findMany({ where: { releaseNumber: number }, select: { modelId: true, manifestSha256: true }, orderBy: { modelId: "asc" } });
}
