import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { pnpm } from "../bootstrap/pnpm.mjs";
import { root, stepEnvironment } from "../bootstrap/surroundings.mjs";
import { withDependencies, workspacePackages } from "../bootstrap/workspace-packages.mjs";

const run = promisify(execFile);

/** Packs built packages, and the workspace packages that they need, into `folder`. Resolves to a map from name to tarball. */
export async function packPackages(names, { folder }) {
  const packages = workspacePackages();
  const wanted = new Set(names.flatMap((name) => [...withDependencies(name, packages)]));
  const { command, words, env } = await pnpm();
  const tarballs = new Map();
  await mkdir(folder, { recursive: true });
  for (const { name, path } of wanted) {
    const { stdout } = await run(command, [...words, "pack", "--json", "--pack-destination", folder], { cwd: path, env });
    tarballs.set(name, JSON.parse(stdout).filename);
  }
  return tarballs;
}

/**
 * Packs the packages and installs them into `folder` with plain npm, as someone outside of the workspace would.
 * `others` are dependencies from the registry, name to version.
 */
export async function installPacked(names, { folder, others = {} }) {
  const tarballs = await packPackages(names, { folder: join(folder, "tarballs") });
  const empty = join(folder, "left-out");
  await mkdir(empty, { recursive: true });
  await writeFile(join(empty, "package.json"), JSON.stringify({ name: "left-out", version: "0.0.0" }));
  const files = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]));
  const manifest = {
    private: true,
    type: "module",
    dependencies: { ...Object.fromEntries(names.map((name) => [name, files[name]])), ...others },
    overrides: { ...Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name))), ...(await leftOut(`file:${empty}`)) },
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await run(npm, ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], { cwd: folder, env: stepEnvironment() });
}

/** The workspace leaves the GPU builds of llama.cpp out, 600 MB; npm can only be made to by an override. */
async function leftOut(replacement) {
  const settings = await readFile(join(root, "pnpm-workspace.yaml"), "utf8");
  const [, list = ""] = /^ignoredOptionalDependencies:\n((?: +- .*\n?)+)/m.exec(settings) ?? [];
  return Object.fromEntries([...list.matchAll(/- ["']?([^"'\n]+)["']?/g)].map(([, name]) => [name, replacement]));
}
