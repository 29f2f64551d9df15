import type { Transaction } from "../database/transaction.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import type { Actor } from "../people/actor.ts";

/** Who did something: somebody, whoever sits at the console, or the hub by itself. */
export type AuditActor = Actor | "console" | "hub";

/**
 * Writes down what was done. Called in the transaction of the change, so that there is never one without the other.
 * @param action what was done: `model.update`
 * @param subject what it was done to: `model gemma-3-1b`
 */
export async function recordAudit(
  transaction: Transaction,
  actor: AuditActor,
  action: string,
  subject: string,
  details?: Prisma.InputJsonValue,
): Promise<void> {
  const who =
    typeof actor === "string"
      ? { actor, via: actor }
      : { userId: actor.userId, actor: actor.name, via: actor.token === undefined ? "session" : `token ${actor.token.name}` };
  await transaction.auditEntry.create({ data: { ...who, action, subject, ...(details !== undefined && { details }) } });
}
