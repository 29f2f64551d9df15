import { PrismaPg } from "@prisma/adapter-pg";
import { TenfoldError } from "@tenfold/catalog";
import type { Log } from "../log.ts";
import type { DatabaseConnection } from "./database-connection.ts";
import { inTransaction } from "./in-transaction.ts";
import { type Pool, postgresAdapter } from "./postgres-adapter.ts";

/** The advisory lock under which hubs set a database up: any number that nothing else uses. */
const settingUp = 7_365_001;

/**
 * Opens a database on a PostgreSQL server, which several hubs may share.
 * @param url `postgresql://user:password@host:port/database`; no message repeats the password
 * @throws TenfoldError `storage-failed` when the server refuses, or does not answer within ten seconds
 */
export async function openPostgres(url: string, log: Log): Promise<DatabaseConnection> {
  const pools: Pool[] = [];
  const openPool = async (settings: { max?: number; idleTimeoutMillis?: number } = {}) => {
    const onPoolError = (error: Error) => log.warn(`PostgreSQL: ${error.message}`);
    const driver = new PrismaPg({ connectionString: url, connectionTimeoutMillis: 10_000, ...settings }, { onPoolError });
    const pool = (await driver.connect()).underlyingDriver();
    pools.push(pool);
    return pool;
  };
  const close = async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
  };

  const pool = await openPool();
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
    async setUp(work) {
      // One connection that is never given up: a transaction belongs to its connection.
      const single = await openPool({ max: 1, idleTimeoutMillis: 0 });
      try {
        return await inTransaction(
          (sql) => single.query(sql),
          async (run) => {
            await run(`select pg_advisory_xact_lock(${settingUp})`);
            return work(postgresAdapter(single, run));
          },
        );
      } finally {
        // Prisma's schema engine leaves a lock of its own on the session: kept open, it would stop the next version's migration.
        pools.splice(pools.indexOf(single), 1);
        await single.end();
      }
    },
    close,
  };
}

function withoutSecrets(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  return `${pathname.slice(1)} on ${searchParams.get("host") ?? host}`;
}
