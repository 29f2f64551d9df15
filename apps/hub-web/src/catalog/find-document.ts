import { sha256Schema } from "@tenfold/catalog";
import type { Database } from "../database/open-database.ts";
import { createRecent, type Recent } from "./recent.ts";

const mostKeptBytes = 64 * 1024 * 1024;
const documents = new WeakMap<Database, Recent<Uint8Array<ArrayBuffer>>>();

/** The exact bytes of a published document. They never change: what is asked for again and again is answered without the database. */
export async function findDocument(database: Database, sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!sha256Schema.safeParse(sha256).success) return undefined;
  const recent = documents.get(database) ?? createRecent(mostKeptBytes);
  documents.set(database, recent);
  const known = recent.get(sha256);
  if (known !== undefined) return known;
  const bytes = (await database.document.findUnique({ where: { sha256 } }))?.bytes;
  if (bytes !== undefined) recent.set(sha256, bytes, bytes.byteLength);
  return bytes;
}
