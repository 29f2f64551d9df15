import { TenfoldError } from "@tenfold/catalog";
import type { Log } from "../log.ts";
import type { DatabaseConnection } from "./database-connection.ts";
import { onOneConnection, openPool } from "./one-connection.ts";
import { postgresAdapter } from "./postgres-adapter.ts";

/** The advisory lock under which hubs set a database up: any number that nothing else uses. */
const settingUp = 7_365_001;

/**
 * Opens a database on a PostgreSQL server, which several hubs may share.
 * @param url `postgresql://user:password@host:port/database`; no message repeats the password
 * @throws TenfoldError `storage-failed` when the server refuses, or does not answer within ten seconds
 */
export async function openPostgres(url: string, log: Log): Promise<DatabaseConnection> {
  const onPoolError = (error: Error) => log.warn(`PostgreSQL: ${error.message}`);
  const pool = await openPool(url, onPoolError);
  const close = async () => {
    if (!pool.ending) await pool.end();
  };
  try {
    await pool.query("select 1");
  } catch (error) {
    await close();
    throw TenfoldError.from(error, "storage-failed", `The PostgreSQL database ${withoutSecrets(url)} could not be opened`, {
      remedy: "Check that the server runs and that DATABASE_URL names a database that exists, or unset it to keep the database in the data folder.",
    });
  }
  return {
    name: "PostgreSQL",
    adapter: postgresAdapter(pool),
    // On a connection that ends with it: Prisma's schema engine leaves a lock of its own on the session, which would stop the next version's migration.
    setUp: (work) =>
      onOneConnection(url, onPoolError, async (run, single) => {
        await run(`select pg_advisory_xact_lock(${settingUp})`);
        return work(postgresAdapter(single, run));
      }),
    close,
  };
}

function withoutSecrets(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  return `${pathname.slice(1)} on ${searchParams.get("host") ?? host}`;
}
