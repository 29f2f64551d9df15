import { TenfoldError } from "@tenfold/catalog";
import type { WritableFile } from "@tenfold/core";
import type { Conversion, ConvertOptions } from "./convert-options.ts";

/** Files of a folder that is being made. */
export interface FolderWriter {
  /** Says how much there will be, and refuses what does not fit on the disk. */
  expect(totalBytes: number): Promise<void>;
  /** Opens a file, writes it, and closes it; counts what is written. */
  file(path: string, sizeBytes: number, write: (file: Pick<WritableFile, "write">) => Promise<void>): Promise<void>;
  text(path: string, text: string): Promise<void>;
  /** Counts bytes of weights that were written. */
  progress(bytes: number): void;
}

/** Makes a folder beside its place and moves it there once it is whole. What fails or is aborted leaves nothing. */
export async function writeFolder(options: ConvertOptions, fill: (folder: FolderWriter) => Promise<boolean>): Promise<Conversion> {
  const { target, folder, force = false, signal, onProgress } = options;
  const taken = async () => (await target.stat(folder)) !== undefined;
  if (!force && (await taken())) throw folderIsThere(folder);
  const draft = `${folder}.${crypto.randomUUID()}.new`;
  const old = `${draft}.old`;
  const files: { path: string; sizeBytes: number }[] = [];
  let [writtenBytes, totalBytes] = [0, 0];

  const writer: FolderWriter = {
    async expect(bytes) {
      totalBytes = bytes;
      const free = await target.freeBytes();
      if (free !== undefined && free < bytes)
        throw new TenfoldError("disk-full", `The converted model takes ${bytes} bytes and ${free} are free.`, {
          remedy: "Free some space, or name another folder.",
        });
    },
    async file(path, sizeBytes, write) {
      const file = await target.open(`${draft}/${path}`);
      try {
        await write({
          async write(bytes, position) {
            signal?.throwIfAborted();
            await file.write(bytes, position);
          },
        });
        await file.sync();
      } finally {
        await file.close();
      }
      files.push({ path, sizeBytes });
    },
    text(path, text) {
      const bytes = new TextEncoder().encode(text);
      return this.file(path, bytes.length, (file) => file.write(bytes, 0));
    },
    progress(bytes) {
      writtenBytes += bytes;
      onProgress?.({ writtenBytes, totalBytes });
    },
  };
  try {
    signal?.throwIfAborted();
    const lossless = await fill(writer);
    signal?.throwIfAborted();
    if (await taken()) {
      if (!force) throw folderIsThere(folder);
      await target.rename(folder, old);
    }
    try {
      await target.rename(draft, folder);
    } catch (error) {
      if ((await target.stat(old)) !== undefined) await target.rename(old, folder);
      throw error;
    }
    await target.remove(old);
    return { files, lossless };
  } catch (error) {
    // What went wrong first is what counts.
    await target.remove(draft).catch(() => {});
    throw error;
  }
}

function folderIsThere(folder: string): TenfoldError {
  return new TenfoldError("invalid-input", `${folder} is there already.`, { remedy: "Name another folder, or allow it to be replaced (--force)." });
}
