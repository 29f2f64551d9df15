import { readConfiguration } from "../configuration.ts";
import { openLog } from "../log.ts";
import { commandEnvironment, type DataOption } from "./command-environment.ts";
import { withDatabase } from "./with-database.ts";

/** `tenfold-hub migrate`: brings the database to this version's form and ends. On PostgreSQL while the hubs of the version before serve. */
export async function migrate(options: DataOption): Promise<void> {
  const log = openLog(readConfiguration(commandEnvironment(options)).logFormat, (line) => process.stdout.write(`${line}\n`));
  // To open it is to bring it there.
  await withDatabase(options, async () => {}, log);
  log.info("the database has the form that this version needs");
}
