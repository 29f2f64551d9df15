import type { Files } from "../platform/files.ts";
import type { Platform } from "../platform/platform.ts";
import { claimedBlobs, lockStore, tryLock } from "./claims.ts";
import { incomingFolder, incomingLock } from "./incoming.ts";
import { type BlobEntry, blobBytes, blobsOf, listBlobs } from "./inventory.ts";
import { removeUnneeded } from "./remove-variants.ts";
import { scanRecords } from "./scan-records.ts";

export interface GarbageOptions {
  /** Only says what would go. */
  dryRun?: boolean;
  /** What arrived of a file is kept this long for a download that goes on later. Default 7 days. */
  partialAgeMs?: number;
  signal?: AbortSignal;
}

export interface Garbage {
  kind: "orphan" | "partial" | "draft" | "view";
  path: string;
  sizeBytes: number;
}

export interface GarbageReport {
  garbage: Garbage[];
  /** What was freed; with `dryRun`, what would be. */
  freedBytes: number;
  /** Damaged records: while there are any nobody knows which complete files are needed, and all are kept. */
  keptFor: string[];
}

const dayMs = 24 * 60 * 60 * 1000;
/** A draft this old belongs to nobody who still writes. */
const draftAgeMs = 60 * 60 * 1000;

/**
 * Removes what nobody needs: files that no record names, old partial downloads, drafts of processes that died, views
 * without a record. Safe while other processes install: what they claimed or work on is left alone.
 */
export async function collectGarbage(platform: Platform, { dryRun = false, partialAgeMs = 7 * dayMs, signal }: GarbageOptions = {}): Promise<GarbageReport> {
  const { files } = platform;
  const lock = await lockStore(files, signal);
  try {
    const nowMs = Date.parse(platform.clock.timestamp());
    const claimed = await claimedBlobs(files);
    const { records, unreadable } = await scanRecords(files);
    const keptFor = unreadable.filter(({ kind }) => kind === "damaged").map(({ path }) => path);
    const needed = new Set([...claimed, ...records.flatMap(blobsOf), ...unreadable.flatMap(({ mentioned }) => mentioned)]);
    const isGarbage = (blob: BlobEntry) => {
      if (needed.has(blob.sha256)) return false;
      if (blob.dataBytes !== undefined) return keptFor.length === 0;
      return blob.partial === undefined || nowMs - blob.partial.modifiedAtMs >= partialAgeMs;
    };
    const blobs = (await listBlobs(files)).filter(isGarbage);
    const garbage = blobs.map(
      (blob): Garbage => ({ kind: blob.dataBytes === undefined ? "partial" : "orphan", path: `blobs/${blob.sha256}`, sizeBytes: blobBytes(blob) }),
    );
    const views = await viewsWithoutRecord(files);
    const drafts = await oldDrafts(files, nowMs, ["", ...(await files.list("")).filter((name) => name !== "locks")], signal);
    drafts.push(...(await abandonedImports(files)));
    let freedBytes = [...garbage, ...drafts].reduce((total, { sizeBytes }) => total + sizeBytes, 0);
    if (!dryRun) {
      freedBytes = drafts.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
      freedBytes += await removeUnneeded(
        files,
        blobs.map(({ sha256 }) => sha256),
        signal,
      );
      for (const { path } of [...views, ...drafts]) await files.remove(path);
    }
    return { garbage: [...garbage, ...views, ...drafts], freedBytes, keptFor };
  } finally {
    await lock.release();
  }
}

/** With the store locked nobody is between making a view and writing its record. */
async function viewsWithoutRecord(files: Files): Promise<Garbage[]> {
  const found: Garbage[] = [];
  for (const model of await files.list("views")) {
    for (const variant of await files.list(`views/${model}`)) {
      const path = `views/${model}/${variant}`;
      // Its files are the blobs' own, by hard link: nothing is freed twice.
      if (!(await files.stat(`models/${model}/${variant}.json`))) found.push({ kind: "view", path, sizeBytes: 0 });
    }
  }
  return found;
}

/** What an import brought in and did not live to name. */
async function abandonedImports(files: Files): Promise<Garbage[]> {
  const found: Garbage[] = [];
  for (const name of await files.list(incomingFolder)) {
    const dead = await tryLock(files, incomingLock(name));
    if (!dead) continue;
    const path = `${incomingFolder}/${name}`;
    let sizeBytes = 0;
    for (const file of await files.list(path)) sizeBytes += (await files.stat(`${path}/${file}`))?.sizeBytes ?? 0;
    found.push({ kind: "draft", path, sizeBytes });
    await dead.release();
  }
  return found;
}

const draftName = /\.[0-9a-f]{8}-[0-9a-f-]{27}\.new$/;

/** A process that is killed while it writes leaves its draft. */
async function oldDrafts(files: Files, nowMs: number, folders: readonly string[], signal?: AbortSignal): Promise<Garbage[]> {
  const found: Garbage[] = [];
  for (const folder of folders) {
    signal?.throwIfAborted();
    for (const name of await files.list(folder)) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const known = await files.stat(path);
      if (known?.kind === "folder" && folder !== "") found.push(...(await oldDrafts(files, nowMs, [path], signal)));
      if (known?.kind === "file" && draftName.test(name) && nowMs - known.modifiedAtMs >= draftAgeMs) {
        found.push({ kind: "draft", path, sizeBytes: known.sizeBytes });
      }
    }
  }
  return found;
}
