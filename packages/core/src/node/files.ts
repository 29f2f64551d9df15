import { randomUUID } from "node:crypto";
import { constants, copyFile, link, mkdir, open, readdir, realpath, rename, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Files } from "../platform/files.ts";
import { createStorageWork } from "../platform/storage-work.ts";
import { lockFile } from "./file-lock.ts";
import { readRange } from "./read-range.ts";
import { isMissing, storageError } from "./storage-error.ts";

const { attempt, unlessMissing } = createStorageWork({ storageError, isMissing });

/** A folder of this computer as the place of a store. */
export function createNodeFiles(root: string): Files {
  const at = (path: string) => join(root, ...path.split("/"));
  const inFolder = async (path: string) => {
    await makeFolder(dirname(path));
    return path;
  };

  return {
    stat: (path) =>
      unlessMissing(`look at ${at(path)}`, undefined, async () => {
        const found = await stat(at(path), { bigint: true });
        const stamp = `${found.mtimeNs}-${found.size}-${found.ino}`;
        return { kind: found.isDirectory() ? "folder" : "file", sizeBytes: Number(found.size), stamp, modifiedAtMs: Number(found.mtimeMs) };
      }),
    list: (path) => unlessMissing(`list ${at(path)}`, [], async () => (await readdir(at(path))).sort()),
    read: (path, range) => attempt(`read ${at(path)}`, () => readRange(at(path), range)),
    writeAtomic: (path, bytes) =>
      attempt(`write ${at(path)}`, async () => {
        const target = await inFolder(at(path));
        const draft = `${target}.${randomUUID()}.new`;
        try {
          const file = await open(draft, "wx");
          try {
            await file.writeFile(bytes);
            await file.sync();
          } finally {
            await file.close();
          }
          await rename(draft, target);
          await syncFolder(dirname(target));
        } catch (error) {
          await rm(draft, { force: true });
          throw error;
        }
      }),
    open: (path) =>
      attempt(`open ${at(path)}`, async () => {
        const file = await open(await inFolder(at(path)), constants.O_RDWR | constants.O_CREAT);
        return {
          write: (bytes, position) =>
            attempt(`write ${at(path)}`, async () => {
              for (let written = 0; written < bytes.length; ) {
                written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
              }
            }),
          truncate: (sizeBytes) => attempt(`cut ${at(path)}`, () => file.truncate(sizeBytes)),
          // The size is synced with the bytes; when they were written is not worth waiting for.
          sync: () => attempt(`write ${at(path)}`, () => file.datasync()),
          close: () => attempt(`close ${at(path)}`, () => file.close()),
        };
      }),
    rename: (from, to) =>
      attempt(`move ${at(from)}`, async () => {
        await rename(at(from), await inFolder(at(to)));
        await syncFolder(dirname(at(to)));
      }),
    remove: (path) =>
      attempt(`remove ${at(path)}`, async () => {
        await rm(at(path), { recursive: true, force: true });
        await syncFolder(dirname(at(path)));
      }),
    link: (from, to) =>
      attempt(`link ${at(to)}`, async () => {
        const target = await inFolder(at(to));
        const draft = `${target}.${randomUUID()}.new`;
        try {
          await link(at(from), draft).catch(() => copyWhole(at(from), draft));
          await rename(draft, target);
          await syncFolder(dirname(target));
        } finally {
          // A rename between two names of one file does nothing and leaves both.
          await rm(draft, { force: true });
        }
      }),
    bringIn: (location, to) =>
      attempt(`bring in ${location}`, async () => {
        const target = await inFolder(at(to));
        const source = await realpath(location);
        const draft = `${target}.${randomUUID()}.new`;
        try {
          const way = await copyFile(source, draft, constants.COPYFILE_FICLONE_FORCE)
            .then(() => "clone" as const)
            .catch(() => link(source, draft).then(() => "link" as const))
            .catch(() => copyFile(source, draft).then(() => "copy" as const));
          // What another program wrote may not be on the disk yet.
          await syncContent(draft);
          await rename(draft, target);
          await syncFolder(dirname(target));
          return way;
        } finally {
          await rm(draft, { force: true });
        }
      }),
    lock: (name, { signal, onWait } = {}) => lockFile(at(`locks/${name}`), { ...(signal ? { signal } : {}), ...(onWait ? { onWait: () => onWait() } : {}) }),
    freeBytes: async () => {
      try {
        await mkdir(root, { recursive: true });
        const volume = await statfs(root, { bigint: true });
        return Number(volume.bavail * volume.bsize);
      } catch {
        return undefined;
      }
    },
    location: at,
  };
}

/** Makes a folder and those around it, so that they survive a power cut. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await syncContent(to);
}

async function syncContent(path: string): Promise<void> {
  const file = await open(path, process.platform === "win32" ? "r+" : "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name in a folder survives a power cut only once the folder is synced; Windows has no such call. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  try {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    // A folder that somebody else removed meanwhile has nothing to keep.
    if (!isMissing(error)) throw error;
  }
}
