import type { Transaction } from "../database/transaction.ts";

/** How many bytes each of these documents has. The bytes stay where they are: a release of a large catalog has megabytes. */
export async function documentSizes(database: Transaction, digests: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await database.$queryRaw<{ sha256: string; size: number }[]>`
    select sha256, octet_length(bytes) as size from document where sha256 = any(${digests})`;
  return new Map(rows.map(({ sha256, size }) => [sha256, size]));
}
