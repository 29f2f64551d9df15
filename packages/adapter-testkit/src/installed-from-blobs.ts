import type { InstalledFile, InstalledModel } from "@tenfold/core";
import { validateModel } from "@tenfold/core/formats";
import { modelOf } from "./model-of.ts";

/**
 * Files in a browser's memory or on its disk as an installed model, by path. The first gives it its name.
 * @throws TenfoldError `invalid-format` when they are not what their format says.
 */
export async function installedFromBlobs(blobs: Readonly<Record<string, Blob>>, format: string): Promise<InstalledModel> {
  const files = Object.entries(blobs).map(([path, blob]) => installedFile(path, blob));
  return modelOf(files, format, await validateModel(format, files));
}

/** A copy of a model whose first file has other bytes, not validated, in memory. */
export async function damagedInMemory(
  model: InstalledModel,
  change: (bytes: Uint8Array) => Uint8Array,
): Promise<{ model: InstalledModel; remove(): Promise<void> }> {
  const files = model.files.map(async (file, index) =>
    index === 0 ? installedFile(file.path, new Blob([change(await file.read()) as Uint8Array<ArrayBuffer>])) : file,
  );
  return { model: { ...model, files: await Promise.all(files) }, remove: async () => {} };
}

function installedFile(path: string, blob: Blob): InstalledFile {
  return {
    path,
    sizeBytes: blob.size,
    read: async ({ start, end } = { start: 0, end: blob.size }) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
    blob: async () => blob,
  };
}
