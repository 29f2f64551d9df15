import { access, constants, mkdir } from "node:fs/promises";
import { TenfoldError } from "@tenfold/catalog";
import { type FolderLock, lockFolder } from "./lock-folder.ts";

/**
 * Makes the data folder when it is absent, and holds it.
 * @throws TenfoldError `storage-failed` when it cannot be made or written, `store-locked` when another process holds it.
 */
export async function openDataFolder(folder: string): Promise<FolderLock> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return await lockFolder(folder);
  } catch (error) {
    if (TenfoldError.is(error)) throw error;
    throw TenfoldError.from(error, "storage-failed", `The data folder ${folder} cannot be written`, {
      remedy: "Make the folder writable, or name another with TENFOLD_HUB_DATA or --data.",
    });
  }
}
