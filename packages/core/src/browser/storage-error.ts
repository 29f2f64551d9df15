import { TenfoldError } from "@tenfold/catalog";

/** Rewords what the browser's file system refused. */
export function storageError(error: unknown, action: string): TenfoldError {
  const name = nameOf(error);
  if (name === "QuotaExceededError") {
    return new TenfoldError("disk-full", `Cannot ${action}: this site may not store more in this browser.`, {
      cause: error,
      remedy: "Remove models that are not needed, or free space on the disk: browsers give a site a share of it.",
    });
  }
  if (name === "SecurityError") {
    return new TenfoldError("storage-failed", `Cannot ${action}: this page may not store files.`, {
      cause: error,
      remedy: "Serve the page over https or from localhost, and allow the site to store data.",
    });
  }
  return TenfoldError.from(error, "storage-failed", `Cannot ${action}`);
}

/** Nothing is there, or a file stands where a folder was looked for. */
export function isMissing(error: unknown): boolean {
  const name = nameOf(error);
  return name === "NotFoundError" || name === "TypeMismatchError";
}

export function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}
