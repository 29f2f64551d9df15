import { TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { Files } from "../platform/files.ts";
import { lockStore } from "./claims.ts";
import { readRecord, recordBytes } from "./records.ts";

export const storeSchemaVersion = 1;
const markPath = "store.json";
/** Lies in a store that is being moved in or was moved away. */
export const incompletePath = "incomplete.json";
const markSchema = z.object({ schemaVersion: z.int().check(z.nonnegative()) });

/** The version of what lies in the store; 0 for one from before there were versions, undefined for an empty folder. */
export async function readSchemaVersion(files: Files): Promise<number | undefined> {
  if (await files.stat(markPath)) return readRecord(markSchema, await files.read(markPath), markPath).schemaVersion;
  return (await files.list("models")).length > 0 || (await files.list("blobs")).length > 0 ? 0 : undefined;
}

/**
 * Refuses a store that a newer version has made, and one that a move has left, before anything in it is read or changed.
 * @throws TenfoldError `unsupported-schema-version`, `storage-failed`.
 */
export async function checkSchemaVersion(files: Files): Promise<number | undefined> {
  if (await files.stat(incompletePath)) {
    throw new TenfoldError("storage-failed", "The store is only a part of one that was being moved.", {
      remedy: "Move it again, from and to the same folders, to go on; until then use the other folder.",
    });
  }
  const version = await readSchemaVersion(files);
  if (version !== undefined && version > storeSchemaVersion) {
    throw new TenfoldError("unsupported-schema-version", `The store has schema version ${version}; this version of Tenfold knows ${storeSchemaVersion}.`, {
      stage: "storage",
      remedy: "Update Tenfold, or name another folder with TENFOLD_HOME.",
    });
  }
  return version;
}

/**
 * Makes the store one of this version before it is written to. Each step leaves what the version before can still
 * read, and the mark, written last and in one step, is what makes it count: an interrupted migration begins anew.
 */
export async function migrateStore(files: Files): Promise<void> {
  if ((await checkSchemaVersion(files)) === storeSchemaVersion) return;
  const lock = await lockStore(files);
  try {
    if ((await checkSchemaVersion(files)) === storeSchemaVersion) return;
    // Version 0 lacks the mark and nothing else.
    await files.writeAtomic(markPath, recordBytes({ schemaVersion: storeSchemaVersion }));
  } finally {
    await lock.release();
  }
}
