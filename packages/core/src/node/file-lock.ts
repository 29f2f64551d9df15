import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Lock } from "../platform/files.ts";
import { currentProcess, mayLive, type ProcessIdentity } from "./process-identity.ts";
import { isMissing, storageError } from "./storage-error.ts";

export interface LockOwner extends ProcessIdentity {
  token: string;
}

export interface FileLockOptions {
  signal?: AbortSignal;
  /** Called once, when somebody else holds the lock. */
  onWait?: (owner: LockOwner) => void;
}

const pollMs = 50;

/**
 * Takes the lock named by a path, waiting for whoever holds it. The lock is a file that names its owner, so it is
 * free again when that process is gone, killed or not. Only processes of one host can judge each other.
 */
export async function lockFile(path: string, { signal, onWait }: FileLockOptions = {}): Promise<Lock> {
  let waited = false;
  for (;;) {
    signal?.throwIfAborted();
    const taken = await tryLockFile(path);
    if ("release" in taken) return taken;
    if (!waited) onWait?.(taken.owner);
    waited = true;
    await delay(pollMs, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
  }
}

/** Takes the lock if it is free, else says who has it. */
export async function tryLockFile(path: string): Promise<Lock | { owner: LockOwner }> {
  const own: LockOwner = { ...currentProcess(), token: randomUUID() };
  const draft = `${path}.${own.token}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, JSON.stringify(own));
    for (;;) {
      // A hard link is made whole or not at all: nobody ever reads half an owner.
      const made = await link(draft, path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === "EEXIST") return false;
          throw error;
        },
      );
      if (made) return { release: () => release(path, own.token) };
      const owner = await readOwner(path);
      if (owner && mayLive(owner)) return { owner };
      if (owner) await removeDead(path, owner.token);
    }
  } catch (error) {
    throw storageError(error, `lock ${path}`);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Several may find the same dead owner; a lock for that owner's token lets only one at a time look again and remove it. */
async function removeDead(path: string, token: string): Promise<void> {
  const turn = await lockFile(`${path}.dead-${token}`);
  try {
    if ((await readOwner(path))?.token === token) await rm(path, { force: true });
  } finally {
    await turn.release();
  }
}

async function release(path: string, token: string): Promise<void> {
  if ((await readOwner(path))?.token === token) await rm(path, { force: true });
}

async function readOwner(path: string): Promise<LockOwner | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as LockOwner;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
