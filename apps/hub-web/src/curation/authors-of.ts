import type { Transaction } from "../database/transaction.ts";

/** Who has changed a model since it was approved last. */
export async function authorsOf(transaction: Transaction, { id, approvedRevision }: { id: string; approvedRevision: number | null }): Promise<string[]> {
  const revisions = await transaction.modelRevision.findMany({
    where: { modelId: id, number: { gt: approvedRevision ?? 0 }, userId: { not: null } },
    distinct: ["userId"],
    select: { userId: true },
  });
  return revisions.map(({ userId }) => userId ?? "");
}
