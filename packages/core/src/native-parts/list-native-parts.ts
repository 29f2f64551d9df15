import { TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { NativeParts } from "../contract/adapter.ts";
import type { Log } from "../contract/log.ts";
import type { Platform } from "../platform/platform.ts";
import { readOwnRecord } from "../store/records.ts";
import { nativePartName } from "./native-part-recipe.ts";

export const nativePartsFolder = "native-parts";
/** Written last: a folder without it is no part. */
export const nativePartRecord = "native-part.json";

export const nativePartSchema = z.object({
  schemaVersion: z.literal(1),
  id: z.string(),
  title: z.string(),
  version: z.string(),
  licence: z.object({ name: z.string(), url: z.string() }),
  /** Of the wheel that it was made from. */
  sha256: z.optional(z.string()),
  /** Files with the vendor's licence, relative to the part's folder. */
  licenceFiles: z.array(z.string()),
  addedAt: z.string(),
});
export type NativePartRecord = z.infer<typeof nativePartSchema>;

/** A part in the store. */
export interface NativePart extends NativePartRecord {
  /** Where native code finds it. */
  folder: string;
}

/** Whatever was added to the store, sorted. A part whose record is damaged is none, and said to be so. */
export async function listNativeParts({ files }: Pick<Platform, "files">, log: Log): Promise<NativePart[]> {
  const { location } = files;
  if (!location) return [];
  const parts: NativePart[] = [];
  for (const id of await files.list(nativePartsFolder)) {
    for (const version of await files.list(`${nativePartsFolder}/${id}`)) {
      const path = `${nativePartsFolder}/${id}/${version}`;
      if (!(await files.stat(`${path}/${nativePartRecord}`))) continue;
      try {
        const record = readOwnRecord(nativePartSchema, await files.read(`${path}/${nativePartRecord}`), `${path}/${nativePartRecord}`);
        parts.push({ ...record, folder: location(path) });
      } catch (error) {
        if (!TenfoldError.is(error)) throw error;
        log("warning", `${path} is passed over: ${error.message} Add it again.`);
      }
    }
  }
  return parts;
}

/** What adapters are given: a part's name and version to its folder. */
export async function findNativeParts(platform: Pick<Platform, "files">, log: Log): Promise<NativeParts> {
  return new Map((await listNativeParts(platform, log)).map((part) => [nativePartName(part), part.folder]));
}

/** Removes every version of a part. @returns whether there was one. */
export async function removeNativePart({ files }: Pick<Platform, "files">, id: string, { signal }: { signal?: AbortSignal } = {}): Promise<boolean> {
  const lock = await lockNativePart(files, id, signal);
  try {
    const there = (await files.list(`${nativePartsFolder}/${id}`)).length > 0;
    await files.remove(`${nativePartsFolder}/${id}`);
    return there;
  } finally {
    await lock.release();
  }
}

export function lockNativePart(files: Platform["files"], id: string, signal: AbortSignal | undefined) {
  if (!/^[a-z0-9-]+$/.test(id)) throw new TenfoldError("invalid-input", `${JSON.stringify(id)} is no name of a native part.`);
  return files.lock(`native-part-${id}`, signal ? { signal } : {});
}
