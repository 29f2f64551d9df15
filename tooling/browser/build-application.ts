import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface BuiltApplication {
  /** Path on a server ("/assets/index.js") to a file on disk; "/" is its page. */
  readonly files: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Has Vite build the application in a folder, as its users do. */
export async function buildApplication(folder: URL): Promise<BuiltApplication> {
  // Late: most tests in browsers build nothing.
  const { build } = await import("vite");
  const outDir = await mkdtemp(join(tmpdir(), "tenfold-vite-"));
  await build({ root: fileURLToPath(folder), configFile: false, logLevel: "error", build: { outDir, emptyOutDir: true } });
  const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return {
    files: { ...Object.fromEntries(paths.map((path) => [path.slice(outDir.length).replaceAll("\\", "/"), path])), "/": join(outDir, "index.html") },
    remove: () => rm(outDir, { recursive: true }),
  };
}
