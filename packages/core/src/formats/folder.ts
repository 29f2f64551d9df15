import type { ModelFile } from "./format-handler.ts";

export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** The file of this name in the same folder as another. */
export function beside(files: readonly ModelFile[], path: string, name: string): ModelFile | undefined {
  const wanted = folderOf(path) + name;
  return files.find((file) => file.path === wanted);
}

export function endsIn(file: { path: string }, ...endings: string[]): boolean {
  const path = file.path.toLowerCase();
  return endings.some((ending) => path.endsWith(ending));
}

export function asciiAt(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** The file of this name in the same folder or the nearest one around it. */
export function nearest(files: readonly ModelFile[], path: string, name: string): ModelFile | undefined {
  for (let folder = folderOf(path); ; folder = folderOf(folder.slice(0, -1))) {
    const found = files.find((file) => file.path === folder + name);
    if (found || folder === "") return found;
  }
}
