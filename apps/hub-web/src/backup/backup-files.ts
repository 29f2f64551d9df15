import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { TenfoldError } from "@tenfold/catalog";

/** Writes what comes, to its end; answers its SHA-256. */
export async function hashed(source: AsyncIterable<Buffer>, target: NodeJS.WritableStream): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(
    source,
    async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        hash.update(piece);
        yield piece;
      }
    },
    target,
  );
  return hash.digest("hex");
}

/** Names survive a power cut only once their folder is written. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}

/** Whether the disk was full. */
export function isFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
}

/** @param where there was no room, when that was it */
export function storageError(error: unknown, { context, where }: { context: string; where: string }): TenfoldError {
  if (!isFull(error)) return TenfoldError.from(error, "storage-failed", context);
  return new TenfoldError("disk-full", `There is no room for ${where}.`, {
    cause: error,
    remedy: "Free some space, or name another place; nothing was changed.",
  });
}
