/// <reference lib="dom" />

import type { Files, WritableFile } from "../platform/files.ts";
import { createStorageWork } from "../platform/storage-work.ts";
import { lockName } from "./lock.ts";
import { createOpenFile } from "./open-file.ts";
import { isMissing, nameOf, storageError } from "./storage-error.ts";

/** Not in every browser, and in no library of TypeScript. */
interface MovableHandle extends FileSystemFileHandle {
  move?(parent: FileSystemDirectoryHandle, name: string): Promise<void>;
}

const copySizeBytes = 4 * 1024 * 1024;

const { attempt, unlessMissing } = createStorageWork({ storageError, isMissing });

/** A folder of this site's private file system (OPFS) as the place of a store. */
export function createBrowserFiles(root: string): Files {
  const openHandle = createOpenFile();

  async function folderAt(segments: readonly string[], create: boolean): Promise<FileSystemDirectoryHandle> {
    let folder = await navigator.storage.getDirectory();
    for (const segment of segments) folder = await folder.getDirectoryHandle(segment, { create });
    return folder;
  }
  const segmentsOf = (path: string) => [...root.split("/"), ...path.split("/")].filter(Boolean);
  async function parentOf(path: string, create = false) {
    const segments = segmentsOf(path);
    const name = segments.pop() ?? "";
    return { parent: await folderAt(segments, create), name };
  }
  async function fileAt(path: string, create = false): Promise<FileSystemFileHandle> {
    const { parent, name } = await parentOf(path, create);
    return parent.getFileHandle(name, { create });
  }

  /**
   * While a file is moved over another, neither is there for a moment, and what was opened before can no longer be read: whoever replaces
   * a name has it alone among all tabs, and whoever looks waits for that.
   */
  const sharing = <Result>(path: string, mode: LockMode, work: () => Promise<Result>): Promise<Result> =>
    navigator.locks.request(`${root}/${path} (file)`, { mode }, work) as Promise<Result>;

  const blob = async (path: string): Promise<File> => (await fileAt(path)).getFile();
  const read = (path: string, range?: { start: number; end: number }): Promise<Uint8Array> =>
    sharing(path, "shared", async () => {
      const file = await blob(path);
      return new Uint8Array(await (range ? file.slice(range.start, range.end) : file).arrayBuffer());
    });

  async function fill(handle: FileSystemFileHandle, work: (file: WritableFile) => Promise<void>): Promise<void> {
    const file = await openHandle(handle);
    try {
      await work(file);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  const move = (from: string, to: string): Promise<void> => sharing(to, "exclusive", () => moveOver(from, to));
  async function moveOver(from: string, to: string): Promise<void> {
    const handle: MovableHandle = await fileAt(from);
    const { parent, name } = await parentOf(to, true);
    if (handle.move) return handle.move(parent, name);
    const source = await handle.getFile();
    await fill(await parent.getFileHandle(name, { create: true }), (file) => copy(source, file));
    await remove(from);
  }

  /** Makes a file under another name first, so that `to` never shows half of it. */
  async function replace(to: string, work: (file: WritableFile) => Promise<void>): Promise<void> {
    const draft = `${to}.${crypto.randomUUID()}.new`;
    try {
      await fill(await fileAt(draft, true), work);
      await move(draft, to);
    } catch (error) {
      await remove(draft);
      throw error;
    }
  }

  async function remove(path: string): Promise<void> {
    const { parent, name } = await parentOf(path);
    await parent.removeEntry(name, { recursive: true });
  }

  return {
    stat: (path) =>
      unlessMissing(`look at ${path}`, undefined, async () => {
        try {
          const { size, lastModified } = await sharing(path, "shared", () => blob(path));
          return { kind: "file", sizeBytes: size, stamp: `${lastModified}-${size}`, modifiedAtMs: lastModified };
        } catch (error) {
          if (nameOf(error) !== "TypeMismatchError") throw error;
          await folderAt(segmentsOf(path), false);
          return { kind: "folder", sizeBytes: 0, stamp: "", modifiedAtMs: 0 };
        }
      }),
    list: (path) =>
      unlessMissing(`list ${path}`, [], async () => {
        const names: string[] = [];
        for await (const name of (await folderAt(segmentsOf(path), false)).keys()) names.push(name);
        return names.sort();
      }),
    read: (path, range) => attempt(`read ${path}`, () => read(path, range)),
    writeAtomic: (path, bytes) => attempt(`write ${path}`, () => replace(path, (file) => file.write(bytes, 0))),
    open: (path) =>
      attempt(`open ${path}`, async () => {
        const file = await openHandle(await fileAt(path, true));
        return {
          write: (bytes, position) => attempt(`write ${path}`, () => file.write(bytes, position)),
          truncate: (sizeBytes) => attempt(`cut ${path}`, () => file.truncate(sizeBytes)),
          sync: () => attempt(`write ${path}`, () => file.sync()),
          close: () => attempt(`close ${path}`, () => file.close()),
        };
      }),
    rename: (from, to) => attempt(`move ${from}`, () => move(from, to)),
    remove: (path) => unlessMissing(`remove ${path}`, undefined, () => remove(path)),
    link: (from, to) =>
      attempt(`link ${to}`, async () => {
        const source = await blob(from);
        await replace(to, (file) => copy(source, file));
      }),
    lock: (name, options) =>
      lockName(`${root}/${name}`, options).catch((error: unknown) => {
        options?.signal?.throwIfAborted();
        throw storageError(error, `lock ${name}`);
      }),
    freeBytes: async () => {
      const { quota, usage } = await navigator.storage.estimate();
      return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
    },
    blob: (path) => attempt(`read ${path}`, () => sharing(path, "shared", () => blob(path))),
  };
}

async function copy(source: Blob, target: WritableFile): Promise<void> {
  for (let position = 0; position < source.size; position += copySizeBytes) {
    await target.write(new Uint8Array(await source.slice(position, position + copySizeBytes).arrayBuffer()), position);
  }
}
