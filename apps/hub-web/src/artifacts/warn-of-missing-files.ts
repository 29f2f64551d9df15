import type { Hub } from "../hub/open-hub.ts";

/** Says which files the database promises and the store does not have: a database that is shared or restored does not bring them. */
export async function warnOfMissingFiles({ database, store, log }: Pick<Hub, "database" | "store" | "log">): Promise<void> {
  const missing: string[] = [];
  for (const { sha256, path } of await database.storedFile.findMany({ orderBy: { sha256: "asc" } })) {
    const file = await store.open(sha256);
    await file?.close();
    if (file === undefined) missing.push(path);
  }
  if (missing.length === 0) return;
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : "";
  log.warn(`the catalog promises files that are not in the data folder: ${missing.slice(0, 3).join(", ")}${more}; copy them from the hub that took them in`);
}
