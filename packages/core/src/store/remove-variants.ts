import { TenfoldError } from "@tenfold/catalog";
import type { Files } from "../platform/files.ts";
import { claimedBlobs, lockStore, tryLock } from "./claims.ts";
import { blobBytes, listBlobs } from "./inventory.ts";
import { isPinned, readPins } from "./pins.ts";
import { scanRecords } from "./scan-records.ts";
import type { RemovalPlan } from "./usage.ts";

export interface Removed {
  removed: { model: string; variant: string }[];
  freedBytes: number;
}

/**
 * Removes the variants of a plan, and those files of the plan that still nobody needs: what became shared or claimed
 * since the plan was made stays.
 * @throws TenfoldError `invalid-input` when one of them is pinned; then nothing is removed.
 */
export async function removeVariants(files: Files, plan: RemovalPlan): Promise<Removed> {
  const lock = await lockStore(files);
  try {
    const pins = await readPins(files);
    const pinned = plan.variants.find(({ model, variant }) => isPinned(pins, model, variant));
    if (pinned) {
      throw new TenfoldError("invalid-input", `${pinned.model}:${pinned.variant} is pinned.`, { remedy: "Unpin it first, if it may really go." });
    }
    // The record goes first and for good: whatever interrupts the rest, no record names a file that is gone.
    for (const { model, variant } of plan.variants) {
      await files.remove(`models/${model}/${variant}.json`);
      await files.remove(`views/${model}/${variant}`);
    }
    const freedBytes = await removeUnneeded(
      files,
      plan.freed.map(({ sha256 }) => sha256),
    );
    return { removed: plan.variants.map(({ model, variant }) => ({ model, variant })), freedBytes };
  } finally {
    await lock.release();
  }
}

/** With the store locked: removes those blobs that no record names, nobody claimed and nobody works on. */
export async function removeUnneeded(files: Files, digests: readonly string[], signal?: AbortSignal): Promise<number> {
  // Claims before records: a claim ends only after its record is written.
  const claimed = await claimedBlobs(files);
  const { records, unreadable } = await scanRecords(files);
  const needed = new Set([...records.flatMap((record) => record.files.map(({ sha256 }) => sha256)), ...unreadable.flatMap(({ mentioned }) => mentioned)]);
  const wanted = new Set(digests);
  let freedBytes = 0;
  for (const blob of await listBlobs(files)) {
    signal?.throwIfAborted();
    const { sha256 } = blob;
    if (!wanted.has(sha256) || needed.has(sha256) || claimed.has(sha256)) continue;
    const idle = await tryLock(files, `blob-${sha256}`);
    if (!idle) continue;
    try {
      await files.remove(`blobs/${sha256}`);
      freedBytes += blobBytes(blob);
    } finally {
      await idle.release();
    }
  }
  return freedBytes;
}
