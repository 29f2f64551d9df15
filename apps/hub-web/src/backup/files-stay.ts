import { TenfoldError } from "@tenfold/catalog";
import { onOneConnection } from "../database/one-connection.ts";
import type { Transaction } from "../database/transaction.ts";

/** The advisory lock between backups and sweeps: any number that nothing else uses, below 2^31. */
const files = 7_365_004;

/**
 * Runs the work while no hub of this database removes a file: what the rows name at its beginning is there until its end. Waits for a removal, or a backup, that is under way.
 * @throws TenfoldError `storage-failed` when the connection broke meanwhile: files may have gone.
 */
export async function whileFilesStay<T>(url: string, work: () => Promise<T>): Promise<T> {
  // The last query tells of a connection that broke.
  return onOneConnection(
    url,
    () => {},
    async (run) => {
      // A server may end transactions in which nothing happens.
      await run("set local idle_in_transaction_session_timeout = 0");
      await run(`select pg_advisory_xact_lock(${files})`);
      const result = await work();
      const held = (await run(`select from pg_locks where locktype = 'advisory' and objid = ${files} and pid = pg_backend_pid() and granted`)) as {
        rowCount: number;
      };
      if (held.rowCount === 0) throw new TenfoldError("storage-failed", "The connection to the database broke meanwhile.", { remedy: "Try again." });
      return result;
    },
  );
}

/** Whether files may be removed in this transaction: not while a backup is written, or waits for it. */
export async function filesMayGo(transaction: Transaction): Promise<boolean> {
  const [row] = await transaction.$queryRaw<{ may: boolean }[]>`select pg_try_advisory_xact_lock_shared(${files}::bigint) as may`;
  return row?.may === true;
}
