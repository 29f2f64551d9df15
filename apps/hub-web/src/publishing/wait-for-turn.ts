import type { Transaction } from "../database/transaction.ts";

/** The advisory lock under which releases are published. */
const publishing = 7_365_002;

/** Makes this transaction the only one that publishes, until it ends: several hubs may share a database. */
export async function waitForTurn(transaction: Transaction): Promise<void> {
  await transaction.$executeRaw`select pg_advisory_xact_lock(${publishing}::bigint)`;
}
