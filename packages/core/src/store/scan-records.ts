import { TenfoldError } from "@tenfold/catalog";
import type { Files } from "../platform/files.ts";
import { type InstallRecord, installRecordSchema, mentionedDigests, readRecord, recordVersion, versionOf } from "./records.ts";

/** A record that says nothing to this version: torn, or written by a newer one. */
export interface UnreadableRecord {
  path: string;
  kind: "newer" | "damaged";
  message: string;
  /** Digests that its text mentions. Whoever wrote it may need those files. */
  mentioned: readonly string[];
}

export interface RecordScan {
  records: InstallRecord[];
  unreadable: UnreadableRecord[];
}

/** Every install record, or those of one model, sorted by model and variant. One that cannot be read hides its own variant only. */
export async function scanRecords(files: Files, model?: string): Promise<RecordScan> {
  const models = model === undefined ? await files.list("models") : [model];
  const scan: RecordScan = { records: [], unreadable: [] };
  for (const folder of models) {
    for (const name of await files.list(`models/${folder}`)) {
      if (!name.endsWith(".json")) continue;
      const found = await readInstallRecord(files, `models/${folder}/${name}`);
      if (found && "kind" in found) scan.unreadable.push(found);
      else if (found) scan.records.push(found);
    }
  }
  return scan;
}

async function readInstallRecord(files: Files, path: string): Promise<InstallRecord | UnreadableRecord | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await files.read(path);
  } catch (error) {
    // Removed since the folder was listed.
    if (!(await files.stat(path))) return undefined;
    throw error;
  }
  try {
    const record = readRecord(installRecordSchema, bytes, path);
    if (`models/${record.model}/${record.variant.id}.json` === path) return record;
    return unreadable(path, bytes, "damaged", `Record ${path} is about ${record.model}:${record.variant.id}.`);
  } catch (error) {
    if (!TenfoldError.is(error, "storage-failed")) throw error;
    if (versionOf(bytes) > recordVersion) return unreadable(path, bytes, "newer", `Record ${path} was written by a newer version of Tenfold.`);
    return unreadable(path, bytes, "damaged", error.message);
  }
}

function unreadable(path: string, bytes: Uint8Array, kind: UnreadableRecord["kind"], message: string): UnreadableRecord {
  return { path, kind, message, mentioned: mentionedDigests(bytes) };
}
