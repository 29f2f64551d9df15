import type { WritableFile } from "../platform/files.ts";

const stretchBytes = 64 * 1024 * 1024;

/**
 * Has the system bring to the disk what is written while more arrives: a sync of a gigabyte at the end would make
 * everybody wait for it.
 */
export function syncAsItGrows(file: WritableFile): WritableFile {
  let unsyncedBytes = 0;
  let syncing: Promise<void> | undefined;

  function start(): void {
    unsyncedBytes = 0;
    const running = file.sync().finally(() => {
      syncing = undefined;
    });
    // Who closes or syncs the file hears of a failure.
    running.catch(() => {});
    syncing = running;
  }

  return {
    ...file,
    async write(bytes, position) {
      await file.write(bytes, position);
      unsyncedBytes += bytes.length;
      if (unsyncedBytes >= stretchBytes && !syncing) start();
    },
    async sync() {
      await syncing;
      await file.sync();
    },
    async close() {
      await syncing?.catch(() => {});
      await file.close();
    },
  };
}
