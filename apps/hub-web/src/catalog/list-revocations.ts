import type { Revocation } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";
import { revocationOf } from "../publishing/revocation-of.ts";

export interface RevocationList {
  total: number;
  /** The oldest first. */
  revocations: Revocation[];
  nextCursor?: string;
}

/** Lists what is revoked. A cursor is the row that was read last. */
export async function listRevocations(database: Database, { limit, cursor }: { limit: number; cursor?: number | undefined }): Promise<RevocationList> {
  const [total, rows] = await Promise.all([
    database.revocation.count(),
    database.revocation.findMany({ where: { id: { gt: cursor ?? 0 } }, orderBy: { id: "asc" }, take: limit + 1 }),
  ]);
  const shown = rows.slice(0, limit);
  return { total, revocations: shown.map(revocationOf), ...(rows.length > limit && { nextCursor: String(shown.at(-1)?.id) }) };
}
