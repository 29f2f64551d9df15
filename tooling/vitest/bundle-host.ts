import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";

/**
 * Bundles `test/host-program.ts` of a package once for all of its tests, which find it by `inject("hostEntry")`: read from its sources, each
 * host would compile them again.
 */
export default async function bundleHost(project: TestProject): Promise<void> {
  const folder = project.config.root;
  const { peerDependencies = {}, devDependencies = {} } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  // In the package, so that it finds the frameworks, which are its peers.
  const hostEntry = join(folder, ".test/host-program.mjs");
  await build({
    entryPoints: [join(folder, "test/host-program.ts")],
    bundle: true,
    format: "esm",
    platform: "node",
    external: Object.keys({ ...peerDependencies, ...devDependencies }).filter((name) => !name.startsWith("@tenfold/")),
    outfile: hostEntry,
    logLevel: "warning",
  });
  project.provide("hostEntry", hostEntry);
}
