import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

const pollMs = 200;

/** Runs `task` while the lock file names this process; waits while it names another that is alive. */
export async function withFileLock(path, task) {
  while (!(await take(path))) {
    if (await isAbandoned(path)) await remove(path);
    else await pause(pollMs);
  }
  try {
    return await task();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path) {
  try {
    await writeFile(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** An empty lock is one that is being written. */
async function isAbandoned(path) {
  const text = await readFile(path, "utf8").catch(() => "");
  if (text === "") return false;
  try {
    process.kill(Number(text), 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/** Renaming first: of two that find the lock abandoned, one moves it away, and the other finds nothing to move. */
async function remove(path) {
  const aside = `${path}.${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}
