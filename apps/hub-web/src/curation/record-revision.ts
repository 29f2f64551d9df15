import { TenfoldError } from "@tenfold/catalog";
import type { AuditActor } from "../audit/record-audit.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import { draftOfModel, manifestInclude } from "../publishing/manifest-of-model.ts";

/**
 * To be called after a model's rows have been changed, in the same transaction: whoever changed them is an author now, and what
 * stands there has to be reviewed before it is published. An open review ends. Answers the new revision.
 */
export async function recordRevision(transaction: Transaction, actor: AuditActor, modelId: string): Promise<number> {
  const { revision } = await transaction.model.update({ where: { id: modelId }, data: { revision: { increment: 1 }, state: "draft" } });
  const row = await transaction.model.findUniqueOrThrow({ where: { id: modelId }, include: manifestInclude });
  const who = typeof actor === "string" ? { actor } : { userId: actor.userId, actor: actor.name };
  await transaction.modelRevision.create({ data: { modelId, number: revision, content: draftOfModel(row) as unknown as Prisma.InputJsonObject, ...who } });
  await transaction.review.updateMany({ where: { modelId, decision: null }, data: { decision: "withdrawn", decidedBy: "an edit" } });
  return revision;
}

/** Makes the model this transaction's until it ends, and answers its rows. @throws TenfoldError `unknown-model` */
export async function lockModel(transaction: Transaction, modelId: string) {
  await transaction.$queryRaw`select id from model where id = ${modelId} for update`;
  const row = await transaction.model.findUnique({ where: { id: modelId }, include: manifestInclude });
  if (row === null) throw new TenfoldError("unknown-model", `This hub has no model ${modelId}.`);
  return row;
}
