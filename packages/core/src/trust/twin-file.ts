import { digestOf } from "../platform/digest-of.ts";
import type { Files } from "../platform/files.ts";
import type { Platform } from "../platform/platform.ts";

/** A small file that lies twice, each copy with its own checksum: damage to one loses nothing. */
export interface TwinFile {
  /** Undefined when no copy is whole. */
  read(): Promise<string | undefined>;
  /** Replaces both copies, one after the other, under the lock that others who write hold; `change` is given what lies there. */
  update(change: (text: string | undefined) => string | undefined): Promise<void>;
}

/** @param path of the copies, without `.1.json` and `.2.json`. */
export function createTwinFile({ files, ...platform }: Pick<Platform, "files" | "sha256">, path: string): TwinFile {
  const copies = [`${path}.1.json`, `${path}.2.json`];

  async function readCopy(copy: string): Promise<string | undefined> {
    if (!(await files.stat(copy))) return undefined;
    const text = new TextDecoder().decode(await files.read(copy));
    const checksum = text.slice(0, 64);
    const content = text.slice(65);
    return checksum === (await digestOf(platform, content)) ? content : undefined;
  }

  async function read(): Promise<string | undefined> {
    for (const copy of copies) {
      const content = await readCopy(copy);
      if (content !== undefined) return content;
    }
    return undefined;
  }

  return {
    read,
    async update(change) {
      const lock = await files.lock(lockName(path));
      try {
        const known = await read();
        const content = change(known);
        if (content === undefined) return void (await removeAll(files, copies));
        const bytes = new TextEncoder().encode(`${await digestOf(platform, content)}\n${content}`);
        for (const copy of copies) if (content !== known || (await readCopy(copy)) !== content) await files.writeAtomic(copy, bytes);
      } finally {
        await lock.release();
      }
    },
  };
}

async function removeAll(files: Files, paths: readonly string[]): Promise<void> {
  for (const path of paths) await files.remove(path);
}

const lockName = (path: string) => path.replaceAll("/", "-");
