import type { Transaction } from "../database/transaction.ts";

export interface StoredFileRow {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly path: string;
  readonly chunkListSha256: string;
}

/** Writes down which files the store holds. One that was known counts as stored now: it is no old one that a sweep may take. */
export async function saveStoredFiles(transaction: Transaction, files: readonly StoredFileRow[]): Promise<void> {
  await transaction.storedFile.createMany({ data: [...files], skipDuplicates: true });
  await transaction.storedFile.updateMany({ where: { sha256: { in: files.map(({ sha256 }) => sha256) } }, data: { storedAt: new Date() } });
}
