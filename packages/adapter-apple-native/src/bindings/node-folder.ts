import { constants, copyFile, link, mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile } from "@tenfold/core";
import type { WithFolder } from "../binding.ts";

export interface NodeFolderOptions {
  framework: string;
  /** Core ML's compiler does not follow symbolic links: "files" are hard links, or clones and copies where the volume is another. */
  as: "symbolic-links" | "files";
}

/**
 * Shows files in a folder of the system's temporary ones, and removes it however it ends.
 * @throws TenfoldError `unsupported-format` for files that have no place in a file system.
 */
export function createNodeFolder({ framework, as }: NodeFolderOptions): WithFolder {
  return async (files, use) => {
    const folder = await mkdtemp(join(tmpdir(), `tenfold-${framework}-`));
    try {
      for (const [name, file] of files) {
        const [from, to] = [placeOf(file, framework), join(folder, ...name.split("/"))];
        await mkdir(dirname(to), { recursive: true });
        if (as === "symbolic-links") await symlink(from, to);
        else await showFile(await realpath(from), to);
      }
      return await use(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function placeOf({ path, location }: InstalledFile, framework: string): string {
  if (!location) throw new TenfoldError("unsupported-format", `${path} has no place where native code can open it.`, { framework });
  return resolve(location());
}

const showFile = (from: string, to: string) => link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
