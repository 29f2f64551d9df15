import { literal } from "../database/literal.ts";
import type { Transaction } from "../database/transaction.ts";

export interface AuditQuery {
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly userId?: string | undefined;
  /** Entries before this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface AuditLine {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly via: string;
  readonly action: string;
  readonly subject: string;
  readonly details: unknown;
}

/** What was done, newest first. `action` is how it begins: "model" finds "model.update". `subject` is any part of it, in any case. */
export async function listAudit(database: Transaction, { action, subject, userId, before, limit }: AuditQuery): Promise<AuditLine[]> {
  const rows = await database.auditEntry.findMany({
    where: {
      ...(action && { action: { startsWith: literal(action) } }),
      ...(subject && { subject: { contains: literal(subject), mode: "insensitive" } }),
      ...(userId && { userId }),
      ...(before !== undefined && { id: { lt: before } }),
    },
    orderBy: { id: "desc" },
    take: limit,
  });
  return rows.map(({ id, at, actor, via, action: what, subject: whom, details }) => ({
    id,
    at: at.toISOString(),
    actor,
    via,
    action: what,
    subject: whom,
    details,
  }));
}
