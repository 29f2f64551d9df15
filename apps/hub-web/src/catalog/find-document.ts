import { sha256Schema } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";

/** The exact bytes of a published document. */
export async function findDocument(database: Database, sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!sha256Schema.safeParse(sha256).success) return undefined;
  const row = await database.document.findUnique({ where: { sha256 } });
  return row?.bytes;
}
