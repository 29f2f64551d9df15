import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, opendir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { type ChunkList, TenfoldError } from "@tenfold/catalog";
import type { ArtifactStore } from "./artifact-store.ts";
import { createChunkHasher } from "./chunk-hasher.ts";
import { refuseUnlike } from "./refuse-unlike.ts";

const files = "artifacts/sha256";

/** An artifact store in the data folder, which the caller holds the lock of. */
export async function createFolderStore(dataFolder: string): Promise<ArtifactStore> {
  const incoming = join(dataFolder, "artifacts/incoming");
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true });
  await mkdir(join(dataFolder, files), { recursive: true });

  return {
    async add(path, expected = {}) {
      const part = join(incoming, randomUUID());
      try {
        const chunkList = await copyAndHash(path, part);
        refuseUnlike(chunkList, expected, path);
        const place = `${files}/${chunkList.sha256}`;
        await rename(part, join(dataFolder, place));
        return { path: place, chunkList };
      } catch (error) {
        await rm(part, { force: true });
        throw TenfoldError.from(error, "storage-failed", `${path} could not be stored`);
      }
    },
    async adopt(path, { sha256 }) {
      const place = `${files}/${sha256}`;
      try {
        const now = new Date();
        // It may have been written long before it is kept, and what is old may be swept away.
        await utimes(path, now, now);
        await rename(path, join(dataFolder, place));
        // Two names of one file stay two, whichever is renamed to the other.
        await rm(path, { force: true });
        return { path: place };
      } catch (error) {
        throw TenfoldError.from(error, "storage-failed", `${path} could not be stored`);
      }
    },
    async open(sha256) {
      const file = await openIfThere(join(dataFolder, files, sha256));
      if (file === undefined) return undefined;
      const { size } = await file.stat();
      return {
        sizeBytes: size,
        read: async (into, position) => (await file.read(into, 0, into.byteLength, position)).bytesRead,
        close: () => file.close(),
      };
    },
    async *list() {
      for await (const { name } of await opendir(join(dataFolder, files))) {
        if (!isDigest(name)) continue;
        const found = await statIfThere(join(dataFolder, files, name));
        if (found) yield { sha256: name, sizeBytes: found.size, storedAt: found.mtime };
      }
    },
    async remove(sha256, before) {
      const [place, aside] = [join(dataFolder, files, sha256), join(incoming, randomUUID())];
      if (((await statIfThere(place))?.mtime ?? before) >= before) return false;
      try {
        await rename(place, aside);
      } catch (error) {
        // Somebody else has removed it.
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
        throw error;
      }
      // Somebody may have stored it anew in this very moment.
      const isNew = (await stat(aside)).mtime >= before;
      await (isNew ? rename(aside, place) : rm(aside));
      return !isNew;
    },
    // What was begun here has been removed when the store was opened.
    unfinished: async () => [],
  };
}

/** The digests are those of the bytes that were written, so a source that changes under our hands cannot lie. */
async function copyAndHash(from: string, to: string): Promise<ChunkList> {
  const hasher = createChunkHasher();
  const target = await open(to, "wx");
  try {
    for await (const piece of createReadStream(from, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      await target.writeFile(piece);
      hasher.update(piece);
    }
    await target.sync();
  } finally {
    await target.close();
  }
  const found = hasher.finish();
  if (found.sizeBytes === 0) throw new TenfoldError("invalid-format", `${from} is empty.`);
  return found;
}

const isDigest = (name: string) => /^[0-9a-f]{64}$/.test(name);

async function statIfThere(path: string) {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
