import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the script, as Prisma records it. */
  readonly checksum: string;
}

/** The schema and the migrations that lead to it, read from a `prisma` folder, oldest first. */
export interface Migrations {
  readonly schema: string;
  readonly migrations: readonly Migration[];
}

export async function readMigrations(folder: string): Promise<Migrations> {
  const entries = await readdir(join(folder, "migrations"), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrations = names.sort().map(async (name) => {
    const sql = await readFile(join(folder, "migrations", name, "migration.sql"), "utf8");
    return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
  return { schema: await readFile(join(folder, "schema.prisma"), "utf8"), migrations: await Promise.all(migrations) };
}

/** The migrations in the shape that Prisma's schema engine takes. */
export function migrationList({ migrations }: Migrations) {
  return {
    baseDir: "migrations",
    shadowDbInitScript: "",
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value: sql } },
    })),
  };
}

/** Everything in the database is the schema's. */
export const schemaFilters = { externalTables: [], externalEnums: [] };
