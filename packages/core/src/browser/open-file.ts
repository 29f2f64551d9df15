/// <reference lib="dom" />
import type { WritableFile } from "../platform/files.ts";
import { startWorkerWriter } from "./worker-writer.ts";
import { createWriter, type Writer } from "./writer.ts";

export type OpenFile = (handle: FileSystemFileHandle) => Promise<WritableFile>;

/** Opens files for writing in place: here in a worker, through one from a page; where neither can be, by way of a copy. */
export function createOpenFile(): OpenFile {
  let writer: Promise<Writer | undefined> | undefined;
  let last = 0;
  return async (handle) => {
    writer ??= "createSyncAccessHandle" in handle ? Promise.resolve(createWriter()) : startWorkerWriter();
    const write = await writer;
    if (!write) return openCopy(handle);
    last += 1;
    const file = last;
    await write({ action: "open", file, handle });
    return {
      write: (bytes, position) => write({ action: "write", file, bytes, position }),
      truncate: (sizeBytes) => write({ action: "truncate", file, sizeBytes }),
      sync: () => write({ action: "sync", file }),
      close: () => write({ action: "close", file }),
    };
  };
}

/**
 * The browser writes to a copy that replaces the file when it is closed: `sync` cannot save more than `close` does. A step
 * that fails has already thrown the copy away, and closing it would only hide why.
 */
async function openCopy(handle: FileSystemFileHandle): Promise<WritableFile> {
  const copy = await handle.createWritable({ keepExistingData: true });
  let gone = false;
  const step = (work: Promise<void>) =>
    work.catch((error: unknown) => {
      gone = true;
      throw error;
    });
  return {
    write: (bytes, position) => step(copy.write({ type: "write", data: bytes as Uint8Array<ArrayBuffer>, position })),
    truncate: (sizeBytes) => step(copy.truncate(sizeBytes)),
    sync: async () => {},
    close: async () => {
      if (!gone) await copy.close();
    },
  };
}
