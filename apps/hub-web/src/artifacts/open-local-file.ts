import { TenfoldError } from "@tenfold/catalog";
import type { ModelFile } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";

/** A file on this disk, read by ranges. @throws TenfoldError `storage-failed` */
export async function openLocalFile(location: string): Promise<ModelFile> {
  const [file] = (await nodePlatform({ home: "/" }).openLocal?.(location)) ?? [];
  if (file === undefined) throw new TenfoldError("storage-failed", `${location} cannot be read.`);
  return file;
}
