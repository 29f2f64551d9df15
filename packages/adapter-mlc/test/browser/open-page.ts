import { join } from "node:path";
import { type OpenPage, openPage, softwareWebgpu } from "@tenfold/tooling/browser";

export interface PageOptions {
  /** Whether Chromium gets a GPU that is computed in software. Default true. */
  webgpu?: boolean;
  /** Where the page is, if not at "/". */
  path?: string;
}

/** Opens `page.ts` in Chromium with files of a folder under /model; undefined without Chromium. */
export function openMlcPage(folder: string, paths: readonly string[], { webgpu = true, path = "/" }: PageOptions = {}): Promise<OpenPage | undefined> {
  const scripts = [new URL("./page.ts", import.meta.url), new URL("./worker.ts", import.meta.url)];
  const files = Object.fromEntries(paths.map((name) => [`/model/${name}`, join(folder, name)]));
  return openPage(path, { scripts, files }, webgpu ? softwareWebgpu : undefined);
}
