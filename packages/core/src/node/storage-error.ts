import { TenfoldError } from "@tenfold/catalog";

/** Rewords what the file system refused. */
export function storageError(error: unknown, action: string): TenfoldError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const message = `Cannot ${action}: ${error instanceof Error ? error.message : String(error)}`;
  if (code === "ENOSPC" || code === "EDQUOT") return new TenfoldError("disk-full", message, { cause: error });
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return new TenfoldError("storage-failed", message, { cause: error, remedy: "Make the folder writable, or choose another with TENFOLD_HOME." });
  }
  return TenfoldError.from(error, "storage-failed", `Cannot ${action}`);
}

export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOENT" || code === "ENOTDIR";
}
