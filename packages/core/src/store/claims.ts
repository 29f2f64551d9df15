import { sha256Schema, TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { Files, Lock } from "../platform/files.ts";
import { mentionedDigests, readRecord, recordBytes, recordVersion, versionOf } from "./records.ts";

const claimsFolder = "claims";
const claimSchema = z.object({ schemaVersion: z.literal(1), blobs: z.array(sha256Schema) });

/** Whoever changes which blobs are needed holds this lock: it is never held while bytes travel. */
export function lockStore(files: Files, signal?: AbortSignal): Promise<Lock> {
  return files.lock("store", signal ? { signal } : {});
}

/** A lock if it is free now; undefined while somebody else holds it. */
export async function tryLock(files: Files, name: string): Promise<Lock | undefined> {
  const held = new AbortController();
  try {
    return await files.lock(name, { signal: held.signal, onWait: () => held.abort() });
  } catch (error) {
    if (held.signal.aborted) return undefined;
    throw error;
  }
}

/**
 * Says, before a model's files are fetched or looked for, that they will be needed: nobody removes them until the
 * claim is released, which happens after a record names them. The claim of a process that died counts for nothing.
 */
export async function claimBlobs(files: Files, blobs: readonly string[], signal?: AbortSignal): Promise<Lock> {
  const id = crypto.randomUUID();
  const alive = await files.lock(`claim-${id}`, signal ? { signal } : {});
  try {
    const store = await lockStore(files, signal);
    try {
      await files.writeAtomic(`${claimsFolder}/${id}.json`, recordBytes({ schemaVersion: 1, blobs: [...blobs] }));
    } finally {
      await store.release();
    }
  } catch (error) {
    await alive.release();
    throw error;
  }
  return {
    async release() {
      await files.remove(`${claimsFolder}/${id}.json`);
      await alive.release();
    },
  };
}

/** The blobs that living processes have claimed. Claims of dead ones are removed. Call it with the store locked. */
export async function claimedBlobs(files: Files): Promise<Set<string>> {
  const claimed = new Set<string>();
  for (const name of await files.list(claimsFolder)) {
    if (!name.endsWith(".json")) continue;
    const path = `${claimsFolder}/${name}`;
    const dead = await tryLock(files, `claim-${name.slice(0, -".json".length)}`);
    if (dead) {
      await files.remove(path);
      await dead.release();
      continue;
    }
    try {
      for (const sha256 of claimedIn(await files.read(path), path)) claimed.add(sha256);
    } catch (error) {
      // Released since the folder was listed.
      if (!TenfoldError.is(error, "storage-failed") || (await files.stat(path))) throw error;
    }
  }
  return claimed;
}

/** Of a newer version's claim only the digests are known, and they are enough. */
function claimedIn(bytes: Uint8Array, path: string): readonly string[] {
  return versionOf(bytes) > recordVersion ? mentionedDigests(bytes) : readRecord(claimSchema, bytes, path).blobs;
}
