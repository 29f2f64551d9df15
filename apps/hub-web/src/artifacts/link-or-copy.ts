import { constants, copyFile, link, rm } from "node:fs/promises";

/** Gives a file a second name, so that whatever happens to the one, the other stays. What has that name already is replaced. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  // Not every file system has second names.
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
}
