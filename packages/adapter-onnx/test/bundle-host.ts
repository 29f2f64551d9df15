import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    hostEntry: string;
  }
}

/** Bundles the host's program once for all tests: read from its sources, each host would compile them again. */
export default async function bundleHost(project: TestProject): Promise<void> {
  // In the package, so that it finds onnxruntime-node.
  const hostEntry = fileURLToPath(new URL("../.test/host-program.mjs", import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL("./host-program.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["koffi", "onnxruntime-node"],
    outfile: hostEntry,
    logLevel: "warning",
  });
  project.provide("hostEntry", hostEntry);
}
