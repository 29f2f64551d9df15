import { access, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { TenfoldError } from "@tenfold/catalog";
import type { Log } from "../log.ts";
import type { DatabaseConnection } from "./database-connection.ts";
import { inTransaction } from "./in-transaction.ts";
import { pgliteAdapter } from "./pglite-adapter.ts";

export interface OpenPGliteOptions {
  /** Where the database lies; in memory when absent. Whoever opens it holds the folder's lock: two processes on one database lose rows. */
  readonly folder?: string | undefined;
  /** A dump to start from instead of an empty cluster; passed over when the file does not exist. */
  readonly initialDatabaseFile?: string | undefined;
  readonly log: Log;
}

/**
 * Opens the database that lives in this process.
 * @throws TenfoldError `storage-failed`
 */
export async function openPGlite({ folder, initialDatabaseFile, log }: OpenPGliteOptions): Promise<DatabaseConnection> {
  const cluster = folder === undefined ? undefined : join(folder, "pgdata");
  // The mark is written once the cluster is whole: a first start that was killed half-way begins again.
  const mark = folder === undefined ? undefined : join(folder, "pgdata.complete");
  const isNew = mark === undefined || !(await exists(mark));
  if (isNew && cluster !== undefined) await setAside(cluster, log);
  const dump = isNew && initialDatabaseFile !== undefined && (await exists(initialDatabaseFile)) ? new Blob([await readFile(initialDatabaseFile)]) : undefined;
  if (isNew && dump === undefined) log.info("setting up a database from nothing; this takes about ten seconds, once");

  const pglite = await open(cluster, dump);
  return {
    name: "PGlite",
    adapter: pgliteAdapter(pglite),
    async setUp(work) {
      const result = await inTransaction(
        (sql) => pglite.exec(sql),
        (run) => work(pgliteAdapter(pglite, run)),
      );
      if (isNew && mark !== undefined) await writeFile(mark, `${new Date().toISOString()}\n`);
      return result;
    },
    async close() {
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
