import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { openDataFolder } from "../data-folder/open-data-folder.ts";
import { toolName } from "../tool-name.ts";
import { hashed, storageError, syncFolder } from "./backup-files.ts";
import { contentsName, dataPrefix, dumpName, headName } from "./backup-schema.ts";
import { whileFilesStay } from "./files-stay.ts";
import { dumpDatabase } from "./postgres-programs.ts";

export interface BackupOptions {
  readonly dataFolder: string;
  readonly databaseUrl?: string | undefined;
  /** Written beside itself and renamed at the end: under its name it is whole. */
  readonly file: string;
  readonly clock?: () => Date;
}

/** What is half done, belongs to a process, or can be asked for again. */
const leftOut = /^(?:hub\.lock|pgdata\.incomplete|artifacts\/incoming|verifying|uploads|upstreams|\.restoring)(?:\/|$)|\.part$/;

/**
 * Writes everything that a hub keeps into one tar file: database, artifacts, keys, secret. On PGlite the hub must be stopped; on PostgreSQL it
 * goes on, for files never change once they have a name, the rows are written first, and nothing is swept away until the end.
 * @throws TenfoldError `store-locked` while a hub holds the folder, `storage-failed`, `disk-full`
 */
export async function createBackup({ dataFolder, databaseUrl, file, clock = () => new Date() }: BackupOptions): Promise<{ files: number; sizeBytes: number }> {
  const part = `${file}.part`;
  const dump = `${file}.dump.part`;
  const lock = databaseUrl === undefined ? await openDataFolder(dataFolder) : undefined;
  const head = { schemaVersion: 1, tool: toolName, at: clock().toISOString(), database: databaseUrl === undefined ? "PGlite" : "PostgreSQL" };
  try {
    let files: number;
    if (databaseUrl === undefined) files = await writeArchive(part, head, dataFolder);
    else {
      files = await whileFilesStay(databaseUrl, async () => {
        await dumpDatabase(databaseUrl, dump);
        return writeArchive(part, head, dataFolder, dump);
      });
    }
    await rename(part, file);
    await syncFolder(dirname(file));
    return { files, sizeBytes: (await stat(file)).size };
  } catch (error) {
    await rm(part, { force: true });
    throw storageError(error, { context: `The backup ${file} could not be written`, where: `the backup ${file}` });
  } finally {
    await rm(dump, { force: true });
    await lock?.release();
  }
}

/** Answers how many files it holds. */
async function writeArchive(to: string, head: object, dataFolder: string, dump?: string): Promise<number> {
  const archive = pack();
  const writing = pipeline(archive, createWriteStream(to, { flags: "w", mode: 0o600, flush: true }));
  const digests: Record<string, string> = {};
  const filling = (async () => {
    await addText(archive, headName, JSON.stringify(head));
    if (dump !== undefined) digests[dumpName] = await addFile(archive, dumpName, dump);
    for await (const path of walk(dataFolder, "")) {
      const name = dataPrefix + path;
      // PostgreSQL's folders must be there, the empty ones too.
      if (path.endsWith("/")) archive.entry({ name, type: "directory", mode: 0o700 });
      else digests[name] = await addFile(archive, name, join(dataFolder, path));
    }
    await addText(archive, contentsName, JSON.stringify({ files: digests }));
    archive.finalize();
  })();
  filling.catch((error: unknown) => archive.destroy(error as Error));
  await Promise.all([filling, writing]);
  return Object.keys(digests).length;
}

/** Everything below a folder, folders with a slash at the end, in the order of their names. */
async function* walk(root: string, below: string): AsyncGenerator<string> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below + entry.name;
    if (leftOut.test(path)) continue;
    if (entry.isDirectory()) {
      yield `${path}/`;
      yield* walk(root, `${path}/`);
    } else if (entry.isFile()) yield path;
  }
}

async function addFile(archive: Pack, name: string, path: string): Promise<string> {
  const { size, mode } = await stat(path);
  return hashed(createReadStream(path, { highWaterMark: 1024 * 1024 }), archive.entry({ name, size, mode: mode & 0o777 }));
}

async function addText(archive: Pack, name: string, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => archive.entry({ name, mode: 0o600 }, text, (error) => (error ? reject(error) : resolve())));
}
