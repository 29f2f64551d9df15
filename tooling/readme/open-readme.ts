import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface ExampleOptions {
  /** What lies in the folder that the example is run in: its path there to the file that is copied. */
  files?: Readonly<Record<string, string>>;
  /** The program's arguments. */
  words?: readonly string[];
}

export interface ExampleRun {
  readonly stdout: string;
  /** Paths of all files in the example's folder when it was done, sorted. */
  readonly files: readonly string[];
}

export interface Readme {
  readonly text: string;
  /** The blocks of TypeScript, in their order. */
  readonly examples: readonly string[];
  /** Runs TypeScript in a folder of its own, as a program of somebody who depends on the package. Rejects when it fails. */
  run(code: string, options?: ExampleOptions): Promise<ExampleRun>;
}

/** @param url a package's README.md */
export async function openReadme(url: URL): Promise<Readme> {
  const text = await readFile(url, "utf8");
  const home = dirname(fileURLToPath(url));
  return {
    text,
    examples: [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code),
    async run(code, { files = {}, words = [] } = {}) {
      const folder = await mkdtemp(join(tmpdir(), "tenfold-readme-"));
      // Below the package, where its dependencies are found, and it by its own name.
      await mkdir(join(home, ".test"), { recursive: true });
      const place = await mkdtemp(join(home, ".test", "readme-"));
      try {
        for (const [path, source] of Object.entries(files)) {
          await mkdir(dirname(join(folder, path)), { recursive: true });
          await copyFile(source, join(folder, path));
        }
        const program = join(place, "example.mts");
        await writeFile(program, code);
        const { stdout } = await run(process.execPath, ["--import", import.meta.resolve("tsx"), program, ...words], {
          cwd: folder,
        });
        const entries = await readdir(folder, { recursive: true, withFileTypes: true });
        const found = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
        return { stdout, files: found.map((path) => path.replaceAll("\\", "/")).sort() };
      } finally {
        await Promise.all([rm(folder, { recursive: true, force: true }), rm(place, { recursive: true, force: true })]);
      }
    },
  };
}
