import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installFailure } from "./failure.mjs";
import { say } from "./progress.mjs";
import { runQuietStep } from "./run-step.mjs";
import { cacheFolder, root, stepEnvironment, toolsFolder, withPath } from "./surroundings.mjs";

let found;

/** The pnpm that package.json names: `{ command, words, env }`, with `env` such that turbo finds it too. Installed into `.tools` when there is none. */
export async function pnpm() {
  found ??= await findPnpm();
  return found;
}

async function findPnpm() {
  const version = /^pnpm@([^+]+)/.exec(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager)[1];
  const folder = join(toolsFolder, `pnpm-${version}`);
  const program = join(folder, "node_modules/pnpm/bin/pnpm.cjs");
  if (!existsSync(program)) {
    if (installedVersion() === version) return { command: "pnpm", words: [], env: stepEnvironment() };
    await installPnpm(version, folder);
  }
  return { command: process.execPath, words: [program], env: withPath(stepEnvironment(), join(folder, "node_modules/.bin")) };
}

function installedVersion() {
  const { stdout } = spawnSync("pnpm", ["--version"], { cwd: root, env: stepEnvironment(), encoding: "utf8", shell: process.platform === "win32" });
  return stdout?.trim();
}

/** Into a folder beside its own first: a download that breaks off never looks installed. */
async function installPnpm(version, folder) {
  say(`installing pnpm ${version} into .tools`);
  const part = `${folder}.part-${process.pid}`;
  const logFile = join(cacheFolder, "install-pnpm.log");
  mkdirSync(part, { recursive: true });
  const words = ["install", "--prefix", part, "--no-save", "--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts", `pnpm@${version}`];
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith("npm-cli.js") ? [process.execPath, [npm]] : [process.platform === "win32" ? "npm.cmd" : "npm", []];
  try {
    const log = await runQuietStep(command, [...first, ...words], { cwd: part, env: stepEnvironment(), logFile });
    if (log !== undefined) throw installFailure(`pnpm ${version} could not be installed`, log, logFile);
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}
