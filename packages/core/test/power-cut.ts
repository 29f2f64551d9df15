import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Files, WritableFile } from "../src/platform/files.ts";

/** What becomes of bytes that were written and not synced: they are there, they are not, or zeros are in their place. */
export type Unsynced = "kept" | "lost" | "zeroed";

export interface PowerCut {
  /** Which change, counted from 1, is the last; later ones fail, as everything does in a process without power. */
  at: number;
  /** Whether that last change came to be. */
  applied: boolean;
  unsynced: Unsynced;
}

export interface CutFiles {
  files: Files;
  /** Changes that were asked for. */
  changes(): number;
  /** Whether a change to this name had come to be before the power went. */
  renamedTo(ending: string): boolean;
  /** Does to the disk what the cut does to unsynced bytes, and forgets the locks of a process that is gone. */
  restart(): Promise<void>;
}

/**
 * A folder whose power goes after a number of changes. Names are durable once the change that makes them resolves, as
 * the interface of `Files` promises; content is durable only once it is synced.
 */
export function cutPower(files: Files, home: string, cut?: PowerCut): CutFiles {
  let count = 0;
  /** What each file with unsynced bytes held when it was last synced. */
  const unsynced = new Map<string, Uint8Array>();
  const renames: string[] = [];
  const onDisk = async (path: string) => readFile(join(home, path)).catch(() => Buffer.alloc(0));

  async function change<Result>(work: () => Promise<Result>): Promise<Result> {
    count += 1;
    if (!cut || count < cut.at) return work();
    if (count === cut.at && cut.applied) await work();
    throw new Error("the power is gone");
  }

  return {
    changes: () => count,
    renamedTo: (ending) => renames.some((path) => path.endsWith(ending)),
    files: {
      ...files,
      writeAtomic: (path, bytes) => change(() => files.writeAtomic(path, bytes)),
      rename: (from, to) =>
        change(async () => {
          await files.rename(from, to);
          renames.push(to);
          const before = unsynced.get(from);
          unsynced.delete(from);
          if (before) unsynced.set(to, before);
        }),
      remove: (path) =>
        change(async () => {
          await files.remove(path);
          for (const known of [...unsynced.keys()]) if (known === path || known.startsWith(`${path}/`)) unsynced.delete(known);
        }),
      link: (from, to) => change(() => files.link(from, to)),
      async open(path) {
        const opened: WritableFile[] = [];
        await change(async () => void opened.push(await files.open(path))).catch(async (error: unknown) => {
          for (const file of opened) await file.close();
          throw error;
        });
        const file = opened[0] as WritableFile;
        const remember = async () => {
          if (!unsynced.has(path)) unsynced.set(path, await onDisk(path));
        };
        return {
          write: async (bytes, position) => {
            await remember();
            await change(() => file.write(bytes, position));
          },
          truncate: async (sizeBytes) => {
            await remember();
            await change(() => file.truncate(sizeBytes));
          },
          sync: () =>
            change(async () => {
              await file.sync();
              unsynced.delete(path);
            }),
          close: () => file.close(),
        };
      },
    },
    async restart() {
      for (const [path, synced] of unsynced) {
        if (cut?.unsynced === "lost") await writeFile(join(home, path), synced);
        if (cut?.unsynced === "zeroed") await writeFile(join(home, path), new Uint8Array((await onDisk(path)).length));
      }
      await rm(join(home, "locks"), { recursive: true, force: true });
    },
  };
}

/** Every way in which the power can go during a number of changes. */
export function everyCut(changes: number): PowerCut[] {
  return Array.from({ length: changes }, (_, index) => index + 1).flatMap((at): PowerCut[] => [
    { at, applied: false, unsynced: "kept" },
    { at, applied: true, unsynced: "lost" },
    { at, applied: true, unsynced: "zeroed" },
  ]);
}
