import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./failure.mjs";
import { root } from "./surroundings.mjs";

/** Every package of the workspace: `{ name, folder, path, manifest }`, with `folder` relative to the root. */
export function workspacePackages() {
  const folders = ["apps", "packages"].flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`));
  return [...folders.sort(), "tooling"]
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => {
      const path = join(root, folder);
      const manifest = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
      return { name: manifest.name, folder, path, manifest };
    });
}

/** A package and the workspace packages it is built from. */
export function withDependencies(name, packages = workspacePackages(), seen = new Set()) {
  const found = packages.find((each) => each.name === name);
  if (found === undefined || seen.has(found)) return seen;
  seen.add(found);
  for (const dependency of Object.keys(found.manifest.dependencies ?? {})) withDependencies(dependency, packages, seen);
  return seen;
}

/** The packages that these names mean (`core`, `@tenfold/core`, `packages/core`); all of them when there is none. */
export function findPackages(names, packages = workspacePackages()) {
  if (names.length === 0) return packages;
  return names.map((name) => {
    const found = packages.find((each) => [each.name, each.folder, each.folder.split("/").at(-1)].includes(name.replace(/\/$/, "")));
    if (found === undefined)
      throw new Failure(`There is no package named "${name}".`, `Packages: ${packages.map((each) => each.folder.split("/").at(-1)).join(", ")}`);
    return found;
  });
}
