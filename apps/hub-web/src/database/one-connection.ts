import { PrismaPg } from "@prisma/adapter-pg";
import { inTransaction, type Run } from "./in-transaction.ts";
import type { Pool } from "./postgres-adapter.ts";

/** A pool of connections to a PostgreSQL server; none that breaks while nobody uses it ends the process. */
export async function openPool(url: string, onPoolError: (error: Error) => void, settings: { max?: number; idleTimeoutMillis?: number } = {}): Promise<Pool> {
  const driver = new PrismaPg({ connectionString: url, connectionTimeoutMillis: 10_000, ...settings }, { onPoolError });
  return (await driver.connect()).underlyingDriver();
}

/** Runs the work in one transaction on a connection of its own, which is never given up meanwhile and closed afterwards. */
export async function onOneConnection<T>(url: string, onPoolError: (error: Error) => void, work: (run: Run, pool: Pool) => Promise<T>): Promise<T> {
  const pool = await openPool(url, onPoolError, { max: 1, idleTimeoutMillis: 0 });
  try {
    return await inTransaction(
      (sql) => pool.query(sql),
      (run) => work(run, pool),
    );
  } finally {
    await pool.end();
  }
}
