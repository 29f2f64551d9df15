import { z } from "zod";

/** First in a backup: what it is of. */
export const headName = "backup.json";
export const headSchema = z.object({
  schemaVersion: z.literal(1),
  tool: z.string(),
  at: z.iso.datetime(),
  database: z.enum(["PGlite", "PostgreSQL"]),
});

/** Last in a backup: what it holds, so that one that was cut off is known. By name, SHA-256. */
export const contentsName = "contents.json";
export const contentsSchema = z.object({ files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)) });

/** The rows of a PostgreSQL database, as pg_dump writes them. */
export const dumpName = "database.dump";
/** Before the names of what lies in the data folder. */
export const dataPrefix = "data/";
