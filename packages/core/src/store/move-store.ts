import { TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { Files } from "../platform/files.ts";
import type { Platform } from "../platform/platform.ts";
import { createBlobs } from "./blobs.ts";
import { claimedBlobs, lockStore } from "./claims.ts";
import { copyPieces } from "./copy-pieces.ts";
import { copyVerified } from "./export-model.ts";
import { incomingFolder } from "./incoming.ts";
import { listBlobs } from "./inventory.ts";
import { readRecord, recordBytes } from "./records.ts";
import { scanRecords } from "./scan-records.ts";
import { checkSchemaVersion, incompletePath, storeSchemaVersion } from "./schema.ts";

export interface MoveOptions {
  signal?: AbortSignal;
  onProgress?: (progress: { movedBytes: number; totalBytes: number }) => void;
}

/** Lies in a new store that is complete while the old one may still be in use: so long a move may copy into it again. */
const arrivedPath = "arrived.json";

/**
 * Moves everything to another, empty folder: copies and verifies, makes the new store count, then removes the old
 * one. Whatever interrupts it, one of the two is complete and the other says that it is not; the same call goes on.
 * @throws TenfoldError `invalid-input` when the new folder is in use, `store-locked` while a model is being installed.
 */
export async function moveStore(platform: Platform, to: Files, options: MoveOptions = {}): Promise<void> {
  const { files: from } = platform;
  const lock = await lockStore(from, options.signal);
  try {
    if ((await markOf(from)) !== "moved-away") {
      await checkSchemaVersion(from);
      if ((await claimedBlobs(from)).size > 0) throw new TenfoldError("store-locked", "A model is being installed.");
      await copyStore(platform, to, options);
      await from.writeAtomic(incompletePath, recordBytes({ because: "moved-away" }));
    }
    if ((await to.stat(incompletePath)) || (await to.stat("store.json")) === undefined) {
      throw new TenfoldError("invalid-input", "The store was moved to another folder than this one.");
    }
    await to.remove(arrivedPath);
    for (const name of await from.list("")) if (name !== incompletePath && name !== "locks") await from.remove(name);
  } finally {
    await lock.release();
  }
  await from.remove("locks");
  await from.remove(incompletePath);
}

async function copyStore(platform: Platform, to: Files, { signal, onProgress }: MoveOptions): Promise<void> {
  const { files: from } = platform;
  if (await to.stat(arrivedPath)) await to.rename(arrivedPath, incompletePath);
  if ((await markOf(to)) !== "moving-in") {
    if ((await to.list("")).length > 0) throw new TenfoldError("invalid-input", "The folder to move to is not empty.", { remedy: "Name a new one." });
    await to.writeAtomic(incompletePath, recordBytes({ because: "moving-in" }));
  }
  const target: Platform = { ...platform, files: to };
  const entries = await listBlobs(from);
  const totalBytes = entries.reduce((total, { dataBytes = 0, partial }) => total + dataBytes + (partial?.sizeBytes ?? 0), 0);
  let movedBytes = 0;
  for (const { sha256, dataBytes, partial } of entries) {
    signal?.throwIfAborted();
    if (dataBytes !== undefined) await copyBlob(platform, target, sha256, signal);
    else if (partial) await copyPieces(from, `blobs/${sha256}/partial`, to, `blobs/${sha256}/partial`, signal ? { signal } : {});
    movedBytes += (dataBytes ?? 0) + (partial?.sizeBytes ?? 0);
    onProgress?.({ movedBytes, totalBytes });
  }
  for (const name of await from.list("")) if (!notCopied.has(name)) await copyTree(from, to, name);
  if (to.location) {
    for (const { model, variant, files } of (await scanRecords(to)).records) {
      for (const { sha256, path } of files) {
        if (await to.stat(`blobs/${sha256}/data`)) await to.link(`blobs/${sha256}/data`, `views/${model}/${variant.id}/${path}`);
      }
    }
  }
  await to.writeAtomic("store.json", recordBytes({ schemaVersion: storeSchemaVersion }));
  await to.rename(incompletePath, arrivedPath);
}

/** A file that is damaged here goes as one that is not complete, for a pull to repair. */
async function copyBlob(platform: Platform, target: Platform, sha256: string, signal: AbortSignal | undefined): Promise<void> {
  const blobs = createBlobs(target);
  if (await blobs.intact(sha256)) return;
  const from = `blobs/${sha256}/data`;
  try {
    await blobs.complete(await copyVerified(platform, platform.files, from, target.files, blobs.partialPath(sha256), sha256, signal));
  } catch (error) {
    if (!TenfoldError.is(error, "digest-mismatch")) throw error;
    await copyPieces(platform.files, from, target.files, blobs.partialPath(sha256), signal ? { signal } : {});
    const record = `blobs/${sha256}/verified.json`;
    if (await platform.files.stat(record)) await target.files.writeAtomic(record, await platform.files.read(record));
  }
}

/** What is copied otherwise, made anew, or about processes that run now. */
const notCopied: ReadonlySet<string> = new Set(["blobs", "views", "store.json", "locks", "claims", incomingFolder, incompletePath, arrivedPath]);

/** Small files, each whole or not at all. */
async function copyTree(from: Files, to: Files, path: string): Promise<void> {
  if ((await from.stat(path))?.kind === "file") await to.writeAtomic(path, await from.read(path));
  else for (const name of await from.list(path)) await copyTree(from, to, `${path}/${name}`);
}

const markSchema = z.object({ because: z.enum(["moving-in", "moved-away"]) });

async function markOf(files: Files): Promise<z.infer<typeof markSchema>["because"] | undefined> {
  if (!(await files.stat(incompletePath))) return undefined;
  return readRecord(markSchema, await files.read(incompletePath), incompletePath).because;
}
