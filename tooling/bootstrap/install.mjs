import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installFailure } from "./failure.mjs";
import { withFileLock } from "./file-lock.mjs";
import { pnpm } from "./pnpm.mjs";
import { say } from "./progress.mjs";
import { runQuietStep } from "./run-step.mjs";
import { cacheFolder, requireWritableFolder, root, toolsFolder } from "./surroundings.mjs";

/** What each scope installs. A smaller one first and `all` later costs little more than `all` at once. */
const scopes = {
  hub: { what: "what the hub needs", words: ["--filter", "tenfold", "--filter", "hub-web..."] },
  cli: { what: "what the command line needs", words: ["--filter-prod", "@tenfold/cli..."] },
  all: { what: "all packages", words: [] },
};

/** Installs what the scope needs, unless that was done and nothing it depends on has changed since. */
export async function ensureInstalled(scope) {
  if (isInstalled(scope)) return;
  requireWritableFolder();
  await withFileLock(join(toolsFolder, "install.lock"), async () => {
    if (!isInstalled(scope)) await install(scope, ["--frozen-lockfile"]);
  });
}

/** Installs everything and brings the lockfile up to date with the manifests. */
export async function installAndLock() {
  requireWritableFolder();
  await withFileLock(join(toolsFolder, "install.lock"), () => install("all", [process.env.CI ? "--frozen-lockfile" : "--no-frozen-lockfile"]));
}

export function isInstalled(scope) {
  const current = fingerprint();
  return [scope, "all"].some((name) => existsSync(stampFile(name)) && readFileSync(stampFile(name), "utf8") === current);
}

async function install(scope, words) {
  const { command, words: first, env } = await pnpm();
  const { what, words: filters } = scopes[scope];
  say(`installing ${what}`);
  const logFile = join(cacheFolder, `install-${scope}.log`);
  const log = await runQuietStep(command, [...first, "install", "--reporter=append-only", ...words, ...filters], { cwd: root, env, logFile });
  if (log !== undefined) throw installFailure("The packages could not be installed", log, logFile);
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stampFile(scope), fingerprint());
}

/** Beside what was installed, so that deleting node_modules deletes it too. */
function stampFile(scope) {
  return join(root, "node_modules", `.tenfold-${scope}`);
}

/** Of the lockfile, the workspace file and every manifest. */
function fingerprint() {
  const hash = createHash("sha256").update(process.version);
  const files = ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", "tooling/package.json"];
  for (const group of ["apps", "packages"]) for (const name of readdirSync(join(root, group)).sort()) files.push(`${group}/${name}/package.json`);
  for (const file of files) if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}
