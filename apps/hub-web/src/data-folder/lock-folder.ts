import { spawnSync } from "node:child_process";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { TenfoldError } from "@tenfold/catalog";

export interface FolderLock {
  release(): Promise<void>;
}

interface Holder {
  pid: number;
  since: string;
}

/** Of libuv: opens a file so that nobody else can, on macOS (`flock`) and Windows (no sharing). */
const exclusive = process.platform === "win32" ? 0x10000000 : 0x20;

/**
 * Holds a folder for this process. The lock is the operating system's, on an open file: it ends with the process
 * however that dies, so there is nothing stale to detect. The file stays; what it says is only for the message.
 * @throws TenfoldError `store-locked` when another process holds it, naming that process.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, "hub.lock");
  const file = process.platform === "linux" ? await openThenLock(path, folder) : await openLocked(path, folder);
  const holder: Holder = { pid: process.pid, since: new Date().toISOString() };
  await file.truncate();
  await file.write(`${JSON.stringify(holder)}\n`, 0);
  return { release: () => file.close() };
}

/**
 * Node has no flock(2). The lock belongs to the open file and not to who asked for it, so the `flock` command, given
 * our descriptor as its third, takes it for us and leaves.
 */
async function openThenLock(path: string, folder: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  const { status, error, stderr } = spawnSync("flock", ["-n", "3"], { stdio: ["ignore", "ignore", "pipe", file.fd], encoding: "utf8" });
  if (status === 0) return file;
  const held = status === 1 ? await heldBy(file, folder) : undefined;
  await file.close();
  if (held) throw held;
  const why = error ? `the command flock (of util-linux) could not be run: ${error.message}` : `flock failed: ${stderr.trim()}`;
  throw new TenfoldError("storage-failed", `The data folder ${folder} could not be locked: ${why}`);
}

async function openLocked(path: string, folder: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NONBLOCK ?? 0) | exclusive, 0o644);
  } catch (error) {
    if (!["EAGAIN", "EWOULDBLOCK", "EBUSY"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    const reader = await open(path, constants.O_RDONLY).catch(() => undefined);
    const held = await heldBy(reader, folder);
    await reader?.close();
    throw held;
  }
}

async function heldBy(file: FileHandle | undefined, folder: string): Promise<TenfoldError> {
  const text = (await file?.readFile("utf8").catch(() => "")) ?? "";
  const holder = /"pid":(\d+),"since":"([^"]+)"/.exec(text);
  const who = holder ? `process ${holder[1]} since ${holder[2]}` : "another process";
  return new TenfoldError("store-locked", `The data folder ${folder} is held by ${who}.`, {
    remedy: "Stop that hub first, or give this one another folder with TENFOLD_HUB_DATA.",
    details: holder ? { pid: Number(holder[1]), since: holder[2] } : {},
  });
}
