import { access, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { TenfoldError } from "@tenfold/catalog";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { PrismaClient } from "../generated/prisma/client.ts";
import type { Log } from "../log.ts";
import { applyMigrations } from "./apply-migrations.ts";
import { readMigrations } from "./migrations.ts";

export type Database = PrismaClient;

export interface OpenDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  /** Where the database lies; in memory when absent. Whoever opens it holds the folder's lock: two processes on one database lose rows. */
  readonly folder?: string;
  /** The folder with the Prisma schema and its migrations. */
  readonly prismaFolder: string;
  /** A dump to start from instead of an empty cluster; passed over when the file does not exist. */
  readonly initialDatabaseFile?: string;
  readonly log: Log;
}

/**
 * Opens the hub's database, migrated. This is the one place that knows which database it is: a hub on a PostgreSQL
 * server of its own differs from here down.
 * @throws TenfoldError `storage-failed`
 */
export async function openDatabase({ folder, prismaFolder, initialDatabaseFile, log }: OpenDatabaseOptions): Promise<OpenDatabase> {
  const cluster = folder === undefined ? undefined : join(folder, "pgdata");
  // The mark is written once the cluster is whole: a first start that was killed half-way begins again.
  const mark = folder === undefined ? undefined : join(folder, "pgdata.complete");
  const isNew = mark === undefined || !(await exists(mark));
  if (isNew && cluster !== undefined) await setAside(cluster, log);
  const dump = isNew && initialDatabaseFile !== undefined && (await exists(initialDatabaseFile)) ? new Blob([await readFile(initialDatabaseFile)]) : undefined;
  if (isNew && dump === undefined) log.info("setting up a database from nothing; this takes about ten seconds, once");

  const migrations = await readMigrations(prismaFolder);
  const pglite = await open(cluster, dump);
  try {
    const applied = await applyMigrations(pglite, migrations);
    if (applied.length > 0) log.info(`applied ${applied.length === 1 ? "migration" : "migrations"} ${applied.join(", ")}`);
    if (isNew && mark !== undefined) await writeFile(mark, `${new Date().toISOString()}\n`);
  } catch (error) {
    await pglite.close();
    throw TenfoldError.from(error, "storage-failed", "The database could not be migrated");
  }

  const database = new PrismaClient({ adapter: new PrismaPGlite(pglite) });
  return {
    database,
    async close() {
      await database.$disconnect();
      if (!pglite.closed) await pglite.close();
    },
  };
}

async function open(cluster: string | undefined, dump: Blob | undefined): Promise<PGlite> {
  try {
    return await PGlite.create({ ...(cluster === undefined ? {} : { dataDir: cluster }), ...(dump === undefined ? {} : { loadDataDir: dump }) });
  } catch (error) {
    throw TenfoldError.from(error, "storage-failed", `The database${cluster === undefined ? "" : ` in ${cluster}`} could not be opened`);
  }
}

/** Nothing is deleted that somebody might still want: an unfinished cluster is moved to one side, replacing an older one. */
async function setAside(cluster: string, log: Log): Promise<void> {
  if (!(await exists(cluster))) return;
  const aside = `${cluster}.incomplete`;
  log.warn(`the database's first set-up was interrupted; its remains are now in ${aside}`);
  await rm(aside, { recursive: true, force: true });
  await rename(cluster, aside);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
