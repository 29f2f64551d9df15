import { TenfoldError } from "@tenfold/catalog";
import type { Files } from "../platform/files.ts";
import type { Platform } from "../platform/platform.ts";
import type { Blobs } from "./blobs.ts";
import { claimedBlobs, lockStore, tryLock } from "./claims.ts";
import { consentsPath, readConsents } from "./consents.ts";
import { listBlobs, nameOf } from "./inventory.ts";
import { pinsPath, readPins } from "./pins.ts";
import { scanRecords } from "./scan-records.ts";
import type { Store } from "./store.ts";

export interface Finding {
  kind:
    | "damaged-record"
    | "newer-record"
    | "missing-file"
    | "unverified-file"
    | "missing-view"
    | "damaged-pins"
    | "damaged-consents"
    | "view-without-record"
    | "odd-name"
    | "dead-lock";
  path: string;
  message: string;
  /** Whether it was put right. What only a person can judge never is. */
  repaired: boolean;
  remedy?: string;
}

export interface FsckOptions {
  repair?: boolean;
  signal?: AbortSignal;
}

/**
 * Checks that records, files and views agree. A repair restores views, removes those that belong to nothing and
 * verifies what nobody vouches for; records that cannot be read are reported and never touched.
 */
export async function checkStore(platform: Platform, store: Store, { repair = false, signal }: FsckOptions = {}): Promise<Finding[]> {
  const { files } = platform;
  const findings: Finding[] = [];
  const { records, unreadable } = await scanRecords(files);
  for (const { path, kind, message } of unreadable) {
    const remedy = kind === "newer" ? "Update Tenfold to use this model." : "Pull the model again, or delete this record.";
    findings.push({ kind: kind === "newer" ? "newer-record" : "damaged-record", path, message, repaired: false, remedy });
  }
  findings.push(...(await checkBlobs(files, store.blobs, repair, signal)));
  for (const record of records) {
    signal?.throwIfAborted();
    const missing: string[] = [];
    for (const { sha256 } of record.files) if (!(await files.stat(store.blobs.dataPath(sha256)))) missing.push(sha256);
    for (const sha256 of new Set(missing)) {
      const path = store.blobs.dataPath(sha256);
      findings.push({
        kind: "missing-file",
        path,
        message: `${nameOf(record)} needs a file that is not there.`,
        repaired: false,
        remedy: "Pull the model again.",
      });
    }
    if (await store.shows(record)) continue;
    const repaired = repair && missing.length === 0;
    // Recording again makes the view anew; nothing else changes.
    if (repaired) await store.record(record);
    const path = `views/${record.model}/${record.variant.id}`;
    findings.push({ kind: "missing-view", path, message: `${nameOf(record)} is not shown under its own names.`, repaired });
  }
  findings.push(...(await checkViews(files, repair)));
  findings.push(...(await checkPins(files)), ...(await checkConsents(files)));
  if (repair) findings.push(...(await removeDeadLocks(files)));
  return findings;
}

/** A dead process's lock is free for whoever wants it; taking it is the one way to see that, and removes it. */
async function removeDeadLocks(files: Files): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of await files.list("locks")) {
    const lock = await tryLock(files, name).catch(() => undefined);
    if (!lock) continue;
    await lock.release();
    const path = `locks/${name}`;
    findings.push({ kind: "dead-lock", path, message: `${path} was left by a process that is gone.`, repaired: true });
  }
  return findings;
}

async function checkBlobs(files: Files, blobs: Blobs, repair: boolean, signal?: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { sha256, dataBytes } of await listBlobs(files)) {
    signal?.throwIfAborted();
    const path = blobs.dataPath(sha256);
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      findings.push({
        kind: "odd-name",
        path: `blobs/${sha256}`,
        message: `blobs/${sha256} is not named by a digest.`,
        repaired: false,
        remedy: "Move it away.",
      });
      continue;
    }
    if (dataBytes === undefined || (await blobs.intact(sha256))) continue;
    const repaired = repair && (await verifyAnew(files, blobs, sha256, signal));
    findings.push({
      kind: "unverified-file",
      path,
      message: `${path} is not as it was when it was verified.`,
      repaired,
      ...(repaired ? {} : { remedy: repair ? "Its content is wrong: pull the models that use it again." : "Check it with --repair, or pull again." }),
    });
  }
  return findings;
}

/** Whether the content is right after all; then its record says so again. */
async function verifyAnew(files: Files, blobs: Blobs, sha256: string, signal?: AbortSignal): Promise<boolean> {
  const lock = await tryLock(files, `blob-${sha256}`);
  if (!lock) return false;
  try {
    await blobs.verify(sha256, signal);
    return (await blobs.intact(sha256)) !== undefined;
  } finally {
    await lock.release();
  }
}

async function checkViews(files: Files, repair: boolean): Promise<Finding[]> {
  const findings: Finding[] = [];
  const lock = await lockStore(files);
  try {
    // Removes the claims of processes that died.
    if (repair) await claimedBlobs(files);
    for (const model of await files.list("views")) {
      for (const variant of await files.list(`views/${model}`)) {
        const path = `views/${model}/${variant}`;
        if (await files.stat(`models/${model}/${variant}.json`)) continue;
        if (repair) await files.remove(path);
        findings.push({ kind: "view-without-record", path, message: `${path} belongs to no installed model.`, repaired: repair });
      }
    }
  } finally {
    await lock.release();
  }
  return findings;
}

async function checkPins(files: Files): Promise<Finding[]> {
  return checkList(() => readPins(files), { kind: "damaged-pins", path: pinsPath, remedy: `Delete ${pinsPath} and pin again.` });
}

async function checkConsents(files: Files): Promise<Finding[]> {
  const remedy = `Delete ${consentsPath}; licences are asked about again.`;
  return checkList(() => readConsents(files), { kind: "damaged-consents", path: consentsPath, remedy });
}

async function checkList(read: () => Promise<unknown>, finding: Pick<Finding, "kind" | "path" | "remedy">): Promise<Finding[]> {
  try {
    await read();
    return [];
  } catch (error) {
    if (TenfoldError.is(error, "unsupported-schema-version")) {
      return [{ kind: "newer-record", path: finding.path, message: error.message, repaired: false, remedy: error.remedy }];
    }
    if (!TenfoldError.is(error, "storage-failed")) throw error;
    return [{ ...finding, message: error.message, repaired: false }];
  }
}
