import { openDatabase } from "../src/database/open-database.ts";
import { initialDatabaseFile, prismaFolder } from "../src/folders.ts";
import { newDatabase } from "./new-database.ts";
import { recordingLog } from "./recording-log.ts";

/** A migrated database with nothing in it. */
export async function openEmptyDatabase() {
  const { log, lines } = recordingLog();
  return { ...(await openDatabase({ ...(await newDatabase()), prismaFolder, initialDatabaseFile, log })), log, lines };
}
