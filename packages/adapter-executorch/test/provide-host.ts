import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { executorchRecipe } from "../src/recipe.ts";
import { buildHost } from "./build-host.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the compiled host, or why there is none. */
    executorchHost: { folder?: string; reason?: string };
  }
}

/** Fetches ExecuTorch and compiles its host before the tests, unless that was done before. */
export default async function provideHost(project: TestProject): Promise<void> {
  const cache = fileURLToPath(new URL("../../../.cache/native", import.meta.url));
  try {
    project.provide("executorchHost", { folder: await buildHost(executorchRecipe, cache) });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    project.provide("executorchHost", { reason: (stderr?.trim() || message).split("\n").at(-1) ?? "" });
  }
}
