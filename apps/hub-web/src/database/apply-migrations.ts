import type { PGlite } from "@electric-sql/pglite";
import { type Migrations, migrationList, schemaFilters } from "./migrations.ts";
import { pgliteConnection } from "./pglite-connection.ts";
import { openSchemaEngine } from "./schema-engine.ts";

/**
 * Brings the database to the newest migration; answers the names of those applied now. The bookkeeping is Prisma's own
 * (`_prisma_migrations`), so that `prisma migrate deploy` understands the database as well.
 * The engine is opened only when something is missing or different: it costs a second of every start.
 */
export async function applyMigrations(database: PGlite, migrations: Migrations): Promise<readonly string[]> {
  if (await isCurrent(database, migrations)) return [];
  const engine = await openSchemaEngine(pgliteConnection(database), migrations.schema);
  const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: migrationList(migrations), filters: schemaFilters });
  return appliedMigrationNames;
}

async function isCurrent(database: PGlite, { migrations }: Migrations): Promise<boolean> {
  const table = await database.query<{ found: string | null }>(`select to_regclass('public._prisma_migrations')::text as found`);
  if (!table.rows[0]?.found) return false;
  const applied = await database.query<{ name: string; checksum: string }>(
    "select migration_name as name, checksum from _prisma_migrations where finished_at is not null and rolled_back_at is null",
  );
  const checksums = new Map(applied.rows.map(({ name, checksum }) => [name, checksum]));
  return checksums.size === migrations.length && migrations.every(({ name, checksum }) => checksums.get(name) === checksum);
}
