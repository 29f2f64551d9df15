/// <reference lib="dom" />

/** What browsers give workers for writing a file in place; the libraries of TypeScript know it in workers only. */
interface SyncAccessHandle {
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(sizeBytes: number): void;
  flush(): void;
  close(): void;
}

export interface InPlaceHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
}

/** One step of writing a file, named by a number of the caller's. */
export type WriteStep =
  | { action: "open"; file: number; handle: FileSystemFileHandle }
  | { action: "write"; file: number; bytes: Uint8Array; position: number }
  | { action: "truncate"; file: number; sizeBytes: number }
  | { action: "sync" | "close"; file: number };

export type Writer = (step: WriteStep) => Promise<void>;

/**
 * Writes files in place: what is written stays, however the page ends. Runs in dedicated workers only. Its source
 * text is sent to one, so it uses nothing from outside itself.
 */
export function createWriter(): Writer {
  const open = new Map<number, SyncAccessHandle>();

  /** A tab that was just closed may hold the file for a moment longer than its lock. */
  async function access(handle: FileSystemFileHandle): Promise<SyncAccessHandle> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await (handle as InPlaceHandle).createSyncAccessHandle();
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "NoModificationAllowedError" || attempt === 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  return async (step) => {
    if (step.action === "open") {
      open.set(step.file, await access(step.handle));
      return;
    }
    const file = open.get(step.file);
    if (!file) throw new Error("The file is closed.");
    if (step.action === "write") {
      for (let written = 0; written < step.bytes.length; ) written += file.write(step.bytes.subarray(written), { at: step.position + written });
    } else if (step.action === "truncate") {
      file.truncate(step.sizeBytes);
    } else if (step.action === "sync") {
      file.flush();
    } else {
      open.delete(step.file);
      file.close();
    }
  };
}
