import type { ModelFile } from "./format-handler.ts";

/** A part of a file, as a file of its own. */
export function sliceFile(file: ModelFile, start: number, end: number, path: string): ModelFile {
  return {
    path,
    sizeBytes: end - start,
    read: (range) => file.read({ start: start + (range?.start ?? 0), end: Math.min(start + (range?.end ?? end - start), end) }),
  };
}
