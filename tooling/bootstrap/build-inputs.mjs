import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./surroundings.mjs";
import { withDependencies } from "./workspace-packages.mjs";

const notInputs = new Set(["node_modules", "dist", "test", "generated", "coverage", "next-env.d.ts"]);

/** One digest over the sources of a package and of the workspace packages it is built from: quicker than asking turbo, and enough to know that nothing changed. */
export function buildInputs(name) {
  const hash = createHash("sha256").update(process.version);
  const add = (path) => hash.update(path.slice(root.length)).update(readFileSync(path));
  const addFolder = (folder) => {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (notInputs.has(entry.name) || entry.name.startsWith(".") || /\.test\.tsx?$|\.(tsbuildinfo|md)$/.test(entry.name)) continue;
      if (entry.isDirectory()) addFolder(join(folder, entry.name));
      else if (entry.isFile()) add(join(folder, entry.name));
    }
  };
  for (const file of ["pnpm-lock.yaml", "turbo.json", "tooling/tsconfig/base.json"]) add(join(root, file));
  for (const { path } of withDependencies(name)) addFolder(path);
  return hash.digest("hex");
}
