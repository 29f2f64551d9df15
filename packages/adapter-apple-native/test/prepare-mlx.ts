import { fileURLToPath } from "node:url";
import { addNativePart } from "@tenfold/core/native-parts";
import { nodePlatform } from "@tenfold/core/node";
import { mlxPart } from "../src/parts.ts";

/** The folder of the native part for tests and benchmarks, or why there is none. */
export type PreparedMlx = { folder: string } | { reason: string };

/** Adds the part once, to a store under .cache, with the user's own pip configuration. */
export async function preparedMlx(): Promise<PreparedMlx> {
  try {
    return { folder: (await addNativePart(nodePlatform({ home: fileURLToPath(new URL("../../../.cache/parts", import.meta.url)) }), mlxPart)).folder };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

export default async function prepareMlx(project: { provide(name: "mlx", value: PreparedMlx): void }): Promise<void> {
  project.provide("mlx", await preparedMlx());
}

declare module "vitest" {
  interface ProvidedContext {
    mlx: PreparedMlx;
  }
}
