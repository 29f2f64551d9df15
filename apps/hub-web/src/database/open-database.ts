import { TenfoldError } from "@tenfold/catalog";
import { PrismaClient } from "../generated/prisma/client.ts";
import { applyMigrations } from "./apply-migrations.ts";
import type { DatabaseName } from "./database-connection.ts";
import { readMigrations } from "./migrations.ts";
import { type OpenPGliteOptions, openPGlite } from "./open-pglite.ts";
import { openPostgres } from "./open-postgres.ts";

export type Database = PrismaClient;

export interface OpenDatabase {
  readonly database: Database;
  readonly name: DatabaseName;
  /** Safe to call twice. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions extends OpenPGliteOptions {
  /** A database on a PostgreSQL server, `postgresql://…`; when absent, PGlite in this process. */
  readonly databaseUrl?: string | undefined;
  /** The folder with the Prisma schema and its migrations. */
  readonly prismaFolder: string;
}

/**
 * Opens the hub's database, migrated. This is the one place that knows which database it is.
 * @throws TenfoldError `storage-failed`
 */
export async function openDatabase({ databaseUrl, prismaFolder, ...options }: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { log } = options;
  const migrations = await readMigrations(prismaFolder);
  const connection = databaseUrl === undefined ? await openPGlite(options) : await openPostgres(databaseUrl, log);
  try {
    const applied = await connection.setUp((adapter) => applyMigrations(adapter, migrations));
    if (applied.length > 0) log.info(`applied ${applied.length === 1 ? "migration" : "migrations"} ${applied.join(", ")}`);
  } catch (error) {
    await connection.close();
    throw TenfoldError.from(error, "storage-failed", "The database could not be migrated");
  }

  const database = new PrismaClient({ adapter: connection.adapter });
  return {
    database,
    name: connection.name,
    async close() {
      await database.$disconnect();
      await connection.close();
    },
  };
}
