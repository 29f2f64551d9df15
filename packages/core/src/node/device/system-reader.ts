import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";

/** How a device is looked at: the operating system's files and programs. What is not there is undefined, never an error. */
export interface SystemReader {
  readText(path: string): Promise<string | undefined>;
  /** Names in a folder; none when it is not there. */
  list(path: string): Promise<readonly string[]>;
  /** Standard output of a program of the system. */
  run(program: string, parameters: readonly string[]): Promise<string | undefined>;
}

const programTimeoutMs = 10_000;

export const systemReader: SystemReader = {
  readText: (path) => readFile(path, "utf8").catch(() => undefined),
  list: (path) => readdir(path).catch(() => []),
  run: (program, parameters) =>
    new Promise((resolve) => {
      execFile(program, [...parameters], { timeout: programTimeoutMs, windowsHide: true }, (error, output) => resolve(error ? undefined : output));
    }),
};
