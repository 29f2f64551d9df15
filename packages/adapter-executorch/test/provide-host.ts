import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { addNativePart } from "@tenfold/core/native-parts";
import { nodePlatform } from "@tenfold/core/node";
import type { TestProject } from "vitest/node";
import { executorchPart } from "../src/parts.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the compiled host, or why there is none. */
    executorchHost: { folder?: string; reason?: string };
  }
}

const sources = fileURLToPath(new URL("../host", import.meta.url));
const compile = fileURLToPath(new URL("../src/bindings/compile-host.ts", import.meta.url));

/** ExecuTorch and its host as a store has them, fetched and compiled once for each digest of the host's sources. */
export async function findHost(): Promise<string> {
  const digest = createHash("sha256").update(JSON.stringify(executorchPart));
  for (const path of [...(await readdir(sources)).sort().map((name) => join(sources, name)), compile]) digest.update(await readFile(path));
  const home = fileURLToPath(new URL(`../../../.cache/native/executorch-${digest.digest("hex").slice(0, 16)}`, import.meta.url));
  return (await addNativePart(nodePlatform({ home }), executorchPart)).folder;
}

/** Before the tests: they find it by `inject("executorchHost")`. */
export default async function provideHost(project: TestProject): Promise<void> {
  try {
    project.provide("executorchHost", { folder: await findHost() });
  } catch (error) {
    project.provide("executorchHost", { reason: error instanceof Error ? error.message : String(error) });
  }
}
