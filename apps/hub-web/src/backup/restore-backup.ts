import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { filePathSchema, parseJson, TenfoldError } from "@tenfold/catalog";
import { extract } from "tar-stream";
import type { z } from "zod";
import { openDataFolder, restoringName } from "../data-folder/open-data-folder.ts";
import { hashed, isFull, storageError, syncFolder } from "./backup-files.ts";
import { contentsName, contentsSchema, dataPrefix, dumpName, headName, headSchema } from "./backup-schema.ts";
import { restoreDatabase } from "./postgres-programs.ts";

export interface RestoreOptions {
  readonly file: string;
  /** Absent, or empty. */
  readonly dataFolder: string;
  /** An empty database, for a backup of one on PostgreSQL. */
  readonly databaseUrl?: string | undefined;
}

/**
 * Brings a backup back. Everything is read and checked beside its place before anything is moved there; a backup that is cut off or damaged changes nothing.
 * @throws TenfoldError `invalid-input` when the folder is not empty or the database is of another kind, `invalid-format`, `digest-mismatch`, `storage-failed`,
 *   `disk-full`
 */
export async function restoreBackup({ file, dataFolder, databaseUrl }: RestoreOptions): Promise<{ at: string; files: number }> {
  const lock = await openDataFolder(dataFolder, { toRestore: true });
  const aside = join(dataFolder, restoringName);
  // While it stands, no hub takes the folder.
  let keepsMark = true;
  try {
    const found = (await readdir(dataFolder)).filter((name) => name !== "hub.lock" && name !== restoringName);
    if (found.length > 0) {
      throw new TenfoldError("invalid-input", `The data folder ${dataFolder} is not empty: it holds ${found.slice(0, 3).join(", ")}.`, {
        remedy: "Restore into an empty folder: move the old one away, or name another with --data.",
      });
    }
    keepsMark = false;
    await rm(aside, { recursive: true, force: true });
    await mkdir(aside);
    const { head, digests } = await unpack(file, aside);
    if ((head.database === "PostgreSQL") !== (databaseUrl !== undefined)) {
      throw new TenfoldError("invalid-input", `This backup is of a hub on ${head.database}.`, {
        remedy: head.database === "PGlite" ? "Unset DATABASE_URL." : "Set DATABASE_URL to an empty database on a PostgreSQL server.",
      });
    }
    if (databaseUrl !== undefined) await restoreDatabase(databaseUrl, join(aside, dumpName));
    keepsMark = true;
    const kept = join(aside, dataPrefix);
    for (const name of await readdir(kept)) await rename(join(kept, name), join(dataFolder, name));
    await syncFolder(dataFolder);
    keepsMark = false;
    return { at: head.at, files: Object.keys(digests).length };
  } catch (error) {
    throw storageError(error, { context: `The backup ${file} could not be restored`, where: `what ${file} holds in ${dataFolder}` });
  } finally {
    if (!keepsMark) await rm(aside, { recursive: true, force: true });
    await lock.release();
  }
}

async function unpack(file: string, folder: string): Promise<{ head: z.output<typeof headSchema>; digests: Record<string, string> }> {
  const found: Record<string, string> = {};
  let head: z.output<typeof headSchema> | undefined;
  let digests: Record<string, string> | undefined;
  const entries = extract();
  const reading = pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), entries);
  reading.catch(() => {});
  try {
    for await (const entry of entries) {
      const { name, type, mode = 0o600 } = entry.header;
      if (head === undefined && name !== headName) break;
      if (name === headName) head = parseJson(headSchema, await textOf(entry), "backup", "invalid-format");
      else if (name === contentsName) digests = parseJson(contentsSchema, await textOf(entry), "backup", "invalid-format").files;
      else if (type === "directory") await mkdir(placeOf(folder, name.replace(/\/$/, "")), { recursive: true, mode: 0o700 }).then(() => entry.resume());
      else if (type === "file") found[name] = await writeEntry(entry, placeOf(folder, name), mode);
      else throw new TenfoldError("invalid-format", `The backup holds ${name}, which is neither a file nor a folder.`);
    }
    if (head !== undefined) await reading;
  } catch (error) {
    throw isFull(error) ? error : TenfoldError.from(error, "invalid-format", `${file} is cut off or damaged`);
  }
  if (head === undefined) throw new TenfoldError("invalid-format", `${file} is no backup of a hub.`);
  if (digests === undefined) throw new TenfoldError("invalid-format", `${file} is cut off: its end is missing.`);
  for (const name of new Set([...Object.keys(digests), ...Object.keys(found)])) {
    if (digests[name] !== found[name])
      throw new TenfoldError("digest-mismatch", `${name} in ${file} is not what was backed up.`, { remedy: "Take another backup." });
  }
  return { head, digests };
}

/** @throws TenfoldError `invalid-format` for a name that leads elsewhere */
function placeOf(folder: string, name: string): string {
  const isOurs = name === dumpName || name === dataPrefix.slice(0, -1) || name.startsWith(dataPrefix);
  if (!isOurs || !filePathSchema.safeParse(name).success)
    throw new TenfoldError("invalid-format", `The backup holds a file of the name ${JSON.stringify(name)}.`);
  return join(folder, name);
}

async function writeEntry(entry: AsyncIterable<unknown>, path: string, mode: number): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  return hashed(entry as AsyncIterable<Buffer>, createWriteStream(path, { flags: "wx", mode: mode & 0o777, flush: true }));
}

async function textOf(entry: AsyncIterable<unknown>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of entry as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
