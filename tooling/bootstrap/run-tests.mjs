import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { runStep } from "./run-step.mjs";
import { summarize } from "./summary.mjs";
import { root } from "./surroundings.mjs";
import { turbo } from "./turbo.mjs";
import { findPackages } from "./workspace-packages.mjs";

const runsFolder = join(root, ".turbo/runs");

/**
 * Types, lint and tests of the packages named (all when none is), with one closing summary. Resolves to the exit code.
 * After `minutes` what still runs is ended: it is named, and only what had failed by then is a failure.
 */
export async function runTests(names, { full, minutes }) {
  const packages = findPackages(names);
  await ensureInstalled("all");
  for (const { path } of packages) rmSync(join(path, ".test"), { recursive: true, force: true });
  rmSync(runsFolder, { recursive: true, force: true });
  mkdirSync(runsFolder, { recursive: true });

  const filters = names.length > 0 ? packages.map(({ name }) => `--filter=${name}`) : [];
  // What a run is told is what a terminal and CI should both see, so neither may change it.
  const extra = { TENFOLD_COVERAGE: "1", ...(full && { TENFOLD_FULL: "1" }), CI: process.env.CI ?? "1" };
  const { command, words, env } = await turbo(["run", "types", "lint", "test", "--continue", "--summarize", ...filters], extra);
  const code = await runStep(command, words, { cwd: root, env, timeLimitMs: minutes && minutes * 60_000 });

  const { lines, failed } = summarize({ packages: packages.map(readResults), tasks: readTasks(), code });
  process.stdout.write(`\n${lines.join("\n")}\n`);
  return failed > 0 ? 1 : 0;
}

function readResults({ name, path, manifest }) {
  return {
    name,
    hasTests: manifest.scripts?.test !== undefined,
    report: readJson(join(path, ".test/report.json")),
    coverage: readJson(join(path, ".test/coverage/coverage-summary.json")),
  };
}

/** What turbo says of each task that it ran: `{ package, task, exitCode }`. */
function readTasks() {
  const summary = readdirSync(runsFolder).map((name) => readJson(join(runsFolder, name)))[0];
  return (summary?.tasks ?? []).map((each) => ({ package: each.package, task: each.task, exitCode: each.execution?.exitCode }));
}

function readJson(file) {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
