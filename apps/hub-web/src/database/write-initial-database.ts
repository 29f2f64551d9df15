import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { applyMigrations } from "./apply-migrations.ts";
import { readMigrations } from "./migrations.ts";
import { pgliteAdapter } from "./pglite-adapter.ts";

/** Writes a dump of an empty, migrated database, unless the one that is there was made from the same migrations. */
export async function writeInitialDatabase({ prismaFolder, file }: { prismaFolder: string; file: string }): Promise<void> {
  const migrations = await readMigrations(prismaFolder);
  const stamp = createHash("sha256").update(JSON.stringify(migrations)).digest("hex");
  if ((await readFile(`${file}.stamp`, "utf8").catch(() => "")) === stamp) return;
  const database = await PGlite.create();
  await applyMigrations(pgliteAdapter(database), migrations);
  const dump = await database.dumpDataDir("gzip");
  await database.close();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, new Uint8Array(await dump.arrayBuffer()));
  await rename(`${file}.part`, file);
  await writeFile(`${file}.stamp`, stamp);
}
