import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { HostCommand } from "@tenfold/host/node";
import { need } from "@tenfold/tooling/requirement";
import { findSwift } from "@tenfold/tooling/swift";
import type { TestContext } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[/\\]$/, "");
const directory = fileURLToPath(new URL("../swift", import.meta.url));
const scratch = `${root}/.cache/swift`;
const found = findSwift();

/** Skips the test, with how to get Swift, where there is none. */
export function needSwift(context: Pick<TestContext, "skip">): void {
  need(context, "swift", found.reason === undefined, found.reason ?? "");
}

/** A command beside the Swift package. @throws Error with the end of what it said. */
export async function runSwift(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const { program, arguments: rest } = command(words);
  try {
    const { stdout, stderr } = await run(program, [...rest], { maxBuffer: 1 << 26, env: { ...process.env, ...environment } });
    return stdout + stderr;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}\n${stderr}`.split("\n");
    const telling = said.filter((line) => /error:|✘|recorded an issue|Fatal/.test(line));
    throw new Error(`${words.join(" ")} failed:\n${(telling.length > 0 ? telling : said.slice(-40)).join("\n")}`);
  }
}

/** One job: others test on the same processors. */
export const buildWords = ["--scratch-path", scratch, "--enable-code-coverage", "-j", "1"];

/** Builds the package and its tests; what is up to date is left alone. */
export async function buildSwiftPackage(): Promise<void> {
  if (found.reason === undefined) await runSwift(["swift", "build", "--build-tests", ...buildWords]);
}

/** A program of the package, as a host is started. */
export function builtHost(program: "tenfold-apple-host" | "scripted-host"): HostCommand {
  // Sources are measured while they are tested; a host is a process of its own, and would leave its figures in the package.
  return { ...command([`${scratch}/debug/${program}`]), environment: { PATH: process.env.PATH ?? "", LLVM_PROFILE_FILE: "/dev/null" } };
}

export interface LineCoverage {
  lines: number;
  covered: number;
  /** Percent, by file. */
  files: ReadonlyMap<string, number>;
}

/** What the last run of the package's tests covered of what compiles here. */
export async function readCoverage(): Promise<LineCoverage> {
  const path = (await runSwift(["swift", "test", "--show-codecov-path", "--scratch-path", scratch])).trim().split("\n").at(-1) ?? "";
  const { data } = JSON.parse(await readFile(path, "utf8")) as {
    data: { files: { filename: string; summary: { lines: { count: number; covered: number; percent: number } } }[] }[];
  };
  const sources = (data[0]?.files ?? []).filter(({ filename }) => filename.includes("/swift/Sources/TenfoldApple/"));
  return {
    lines: sources.reduce((sum, { summary }) => sum + summary.lines.count, 0),
    covered: sources.reduce((sum, { summary }) => sum + summary.lines.covered, 0),
    files: new Map(sources.map(({ filename, summary }) => [filename.replace(/.*\/Sources\//, ""), summary.lines.percent])),
  };
}

function command(words: readonly string[]) {
  if (found.reason !== undefined) throw new Error(found.reason);
  return found.command(words, { root, directory });
}
