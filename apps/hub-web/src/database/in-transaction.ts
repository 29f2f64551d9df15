/** Runs statements on one connection. */
export type Run = (sql: string) => Promise<unknown>;

/**
 * Runs the work between `begin` and `commit`, or `rollback` when it fails. Rejects with the error of the first script that
 * failed: in a transaction that is broken, everything after it fails too, and only hides it.
 */
export async function inTransaction<T>(run: Run, work: (run: Run) => Promise<T>): Promise<T> {
  let first: unknown;
  const noting: Run = async (sql) => {
    try {
      return await run(sql);
    } catch (error) {
      first ??= error;
      throw error;
    }
  };
  await run("begin");
  try {
    const result = await work(noting);
    await run("commit");
    return result;
  } catch (error) {
    await run("rollback");
    throw first ?? error;
  }
}
