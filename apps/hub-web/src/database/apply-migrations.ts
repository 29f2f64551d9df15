import type { SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { type Migrations, migrationList, schemaFilters } from "./migrations.ts";
import { openSchemaEngine } from "./schema-engine.ts";

/**
 * Brings the database to the newest migration; answers the names of those applied now. The bookkeeping is Prisma's own
 * (`_prisma_migrations`), so that `prisma migrate deploy` understands the database as well.
 * The engine is opened only when something is missing or different: it costs a second of every start.
 */
export async function applyMigrations(adapter: SqlMigrationAwareDriverAdapterFactory, migrations: Migrations): Promise<readonly string[]> {
  if (await isCurrent(adapter, migrations)) return [];
  const engine = await openSchemaEngine(adapter, migrations.schema);
  const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: migrationList(migrations), filters: schemaFilters });
  return appliedMigrationNames;
}

async function isCurrent(adapter: SqlMigrationAwareDriverAdapterFactory, { migrations }: Migrations): Promise<boolean> {
  const connection = await adapter.connect();
  const rows = async (sql: string) => (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;
  try {
    const [[found] = []] = await rows("select to_regclass('_prisma_migrations')::text");
    if (!found) return false;
    const applied = await rows("select migration_name, checksum from _prisma_migrations where finished_at is not null and rolled_back_at is null");
    const checksums = new Map(applied.map(([name, checksum]) => [name, checksum]));
    return checksums.size === migrations.length && migrations.every(({ name, checksum }) => checksums.get(name) === checksum);
  } finally {
    await connection.dispose();
  }
}
