import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { migrationScript } from "./migration-script.ts";
import { readMigrations } from "./migrations.ts";

/** For developers: writes the next migration into a `prisma` folder and answers its path; nothing when none is needed. */
export async function createMigration(prismaFolder: string, name: string, now = new Date()): Promise<string | undefined> {
  await mkdir(join(prismaFolder, "migrations"), { recursive: true });
  const script = await migrationScript(await readMigrations(prismaFolder));
  if (script === undefined) return undefined;
  const folder = join(prismaFolder, "migrations", `${now.toISOString().replace(/\D/g, "").slice(0, 14)}_${name}`);
  await mkdir(folder);
  await writeFile(join(folder, "migration.sql"), script);
  await writeFile(join(prismaFolder, "migrations/migration_lock.toml"), 'provider = "postgresql"\n');
  return join(folder, "migration.sql");
}
