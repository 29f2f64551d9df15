import { readConfiguration } from "../configuration.ts";
import { openDataFolder } from "../data-folder/open-data-folder.ts";
import { type Database, openDatabase } from "../database/open-database.ts";
import { initialDatabaseFile, prismaFolder } from "../folders.ts";
import { createLog, type Log } from "../log.ts";
import { commandEnvironment, type DataOption } from "./command-environment.ts";

/** Where the hub's pages are found, for links. */
export interface HubAddress {
  readonly url: string;
}

/**
 * Works on the hub's database from the console. PGlite belongs to one process, so that the hub must be stopped; a hub on PostgreSQL
 * may go on.
 * @param log by default to people, beside what the command prints
 * @throws TenfoldError `store-locked` while a hub holds the data folder
 */
export async function withDatabase<T>(
  options: DataOption,
  work: (database: Database, address: HubAddress) => Promise<T>,
  log: Log = createLog((line) => process.stderr.write(`${line}\n`)),
): Promise<T> {
  const configuration = readConfiguration(commandEnvironment(options));
  const { databaseUrl, dataFolder, publicUrl, port } = configuration;
  const lock = databaseUrl === undefined ? await openDataFolder(dataFolder) : undefined;
  try {
    const opened = await openDatabase({ databaseUrl, folder: dataFolder, prismaFolder, initialDatabaseFile, log });
    try {
      return await work(opened.database, { url: publicUrl ?? `http://127.0.0.1:${port}` });
    } finally {
      await opened.close();
    }
  } finally {
    await lock?.release();
  }
}
