import { readConfiguration } from "../configuration.ts";
import { openDataFolder } from "../data-folder/open-data-folder.ts";
import { openDatabase } from "../database/open-database.ts";
import { initialDatabaseFile, prismaFolder } from "../folders.ts";
import { openLog } from "../log.ts";
import { commandEnvironment, type DataOption } from "./command-environment.ts";

/** `tenfold-hub migrate`: brings the database to this version's form and ends. On PostgreSQL while the hubs of the version before serve. */
export async function migrate(options: DataOption): Promise<void> {
  const { dataFolder, databaseUrl, logFormat } = readConfiguration(commandEnvironment(options));
  const log = openLog(logFormat, (line) => process.stdout.write(`${line}\n`));
  // A database on a server has no folder that it would have to be held by.
  const lock = databaseUrl === undefined ? await openDataFolder(dataFolder) : undefined;
  try {
    const { close } = await openDatabase({ databaseUrl, folder: dataFolder, prismaFolder, initialDatabaseFile, log });
    await close();
    log.info("the database has the form that this version needs");
  } finally {
    await lock?.release();
  }
}
