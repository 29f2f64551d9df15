import { z } from "zod";
import type { Database } from "../database/open-database.ts";

const timestampSchema = z.object({ signed: z.object({ expires: z.iso.datetime().transform((text) => new Date(text)) }) });

/** Until when clients take the catalog for fresh; undefined while nothing is signed. */
export async function timestampExpiry(database: Database): Promise<Date | undefined> {
  const row = await database.signedMetadata.findFirst({ where: { role: "timestamp" }, orderBy: { version: "desc" } });
  return row === null ? undefined : timestampSchema.parse(JSON.parse(new TextDecoder().decode(row.bytes))).signed.expires;
}
