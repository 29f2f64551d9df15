import { open, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { ModelFile } from "@tenfold/core";
import { createNodeFiles } from "@tenfold/core/node";
import { type Conversion, type ConvertOptions, convertModel } from "../src/index.ts";

/** A file on disk, as conversion reads it. */
export async function fileAt(path: string): Promise<ModelFile> {
  const { size } = await stat(path);
  return {
    path: basename(path),
    sizeBytes: size,
    async read({ start, end } = { start: 0, end: size }) {
      const file = await open(path);
      try {
        const { buffer, bytesRead } = await file.read(new Uint8Array(Math.min(end, size) - start), 0, Math.min(end, size) - start, start);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

/** Converts a file into a folder of this computer. */
export async function convertFile(path: string, folder: string, options: Pick<ConvertOptions, "to"> & Partial<ConvertOptions>): Promise<Conversion> {
  return convertModel({ files: [await fileAt(path)], target: createNodeFiles(dirname(folder)), folder: basename(folder), ...options });
}
