import type { Transaction } from "../database/transaction.ts";
import type { NewDocument } from "./create-document.ts";

/** Adds what is not there yet: a document is the same whoever publishes it. */
export async function saveDocuments(transaction: Transaction, documents: readonly NewDocument[]): Promise<void> {
  await transaction.document.createMany({ data: documents.map(({ sha256, kind, bytes }) => ({ sha256, kind, bytes })), skipDuplicates: true });
}
