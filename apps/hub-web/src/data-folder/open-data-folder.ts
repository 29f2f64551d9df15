import { access, constants, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import { type FolderLock, lockFolder } from "./lock-folder.ts";

/** Stands in a data folder while a backup is brought back into it: with that, what lies there is a part of a hub. */
export const restoringName = ".restoring";

export interface OpenDataFolderOptions {
  /** Takes a folder that a restore left half-way too: for the restore itself. Default: false. */
  readonly toRestore?: boolean;
}

/**
 * Makes the data folder when it is absent, and holds it.
 * @throws TenfoldError `storage-failed` when it cannot be made or written, or when a restore into it did not come to its end; `store-locked` when
 *   another process holds it.
 */
export async function openDataFolder(folder: string, { toRestore = false }: OpenDataFolderOptions = {}): Promise<FolderLock> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const lock = await lockFolder(folder);
    if (!toRestore && (await isThere(join(folder, restoringName)))) {
      await lock.release();
      throw new TenfoldError("storage-failed", `A restore into ${folder} did not come to its end: it holds a part of a hub.`, {
        remedy: "Restore again, into an empty folder (and an empty database): tenfold-hub restore FILE --data FOLDER",
      });
    }
    return lock;
  } catch (error) {
    if (TenfoldError.is(error)) throw error;
    throw TenfoldError.from(error, "storage-failed", `The data folder ${folder} cannot be written`, {
      remedy: "Make the folder writable, or name another with TENFOLD_HUB_DATA or --data.",
    });
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
