import { resolve } from "node:path";
import { createBackup } from "../backup/create-backup.ts";
import { restoreBackup } from "../backup/restore-backup.ts";
import { readConfiguration } from "../configuration.ts";
import { commandEnvironment, type DataOption } from "./command-environment.ts";

/** `tenfold-hub backup FILE`. */
export async function backup(file: string, options: DataOption, write: (text: string) => void): Promise<void> {
  const { dataFolder, databaseUrl } = readConfiguration(commandEnvironment(options));
  const { files, sizeBytes } = await createBackup({ dataFolder, databaseUrl, file: resolve(file) });
  write(`${resolve(file)}: ${files} files, ${sizeBytes} bytes. It holds keys and passwords' hashes: keep it as safe as the hub.\n`);
}

/** `tenfold-hub restore FILE`. */
export async function restore(file: string, options: DataOption, write: (text: string) => void): Promise<void> {
  const { dataFolder, databaseUrl } = readConfiguration(commandEnvironment(options));
  const { at, files } = await restoreBackup({ file: resolve(file), dataFolder, databaseUrl });
  write(`restored ${files} files as they were at ${at} into ${dataFolder}\n`);
}
