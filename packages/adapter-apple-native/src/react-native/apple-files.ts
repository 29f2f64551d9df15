import type { Files, Lock, WritableFile } from "@tenfold/core";
import type { TenfoldAppleModule } from "../native-module.ts";
import { fromModule } from "./from-module.ts";
import { createNamedLocks } from "./named-locks.ts";

/** The store's folder of an application on iOS. An application is one process, so its locks are its own. */
export function createAppleFiles(module: TenfoldAppleModule): Files {
  const locks = createNamedLocks();
  const attempt = <Result>(action: string, work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => {
      throw fromModule(error, "storage-failed", `Cannot ${action}`);
    });

  return {
    stat: async (path) => (await attempt(`look at ${path}`, module.stat(path))) ?? undefined,
    list: async (path) => (await attempt(`list ${path}`, module.list(path))).sort(),
    read: (path, { start, end } = { start: 0, end: -1 }) => attempt(`read ${path}`, module.read(path, start, end)),
    writeAtomic: (path, bytes) => attempt(`write ${path}`, module.writeAtomic(path, bytes)),
    async open(path): Promise<WritableFile> {
      const file = await attempt(`open ${path}`, module.openFile(path));
      return {
        write: (bytes, position) => attempt(`write ${path}`, module.writeFile(file, bytes, position)),
        truncate: (sizeBytes) => attempt(`cut ${path}`, module.truncateFile(file, sizeBytes)),
        sync: () => attempt(`write ${path}`, module.syncFile(file)),
        close: () => attempt(`close ${path}`, module.closeFile(file)),
      };
    },
    rename: (from, to) => attempt(`move ${from}`, module.rename(from, to)),
    remove: (path) => attempt(`remove ${path}`, module.remove(path)),
    link: (from, to) => attempt(`link ${to}`, module.link(from, to)),
    bringIn: (location, to) => attempt(`bring in ${location}`, module.bringIn(location, to)),
    lock: (name, options): Promise<Lock> => locks.acquire(name, options),
    freeBytes: async () => (await module.freeBytes().catch(() => null)) ?? undefined,
    location: (path) => `${module.home}/${path}`,
  };
}
