import { access, mkdir, rename, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { withFileLock } from "@tenfold/tooling/file-lock";
import { makeMlxEnvironment } from "../src/mlx/make-environment.ts";

/** A Python with MLX for tests and benchmarks, or why there is none. */
export type PreparedMlx = { python: string } | { reason: string };

const cache = fileURLToPath(new URL("../../../.cache", import.meta.url));
const folder = `${cache}/mlx-0.32.4`;

/** Makes the environment once, under .cache, with the user's own pip configuration. */
export async function preparedMlx(): Promise<PreparedMlx> {
  const python = `${folder}/bin/python`;
  const draft = `${folder}.${process.pid}`;
  try {
    await mkdir(cache, { recursive: true });
    await withFileLock(`${folder}.lock`, async () => {
      if (
        await access(python).then(
          () => true,
          () => false,
        )
      )
        return;
      await makeMlxEnvironment(draft, { environment: process.env });
      await rename(draft, folder);
    });
    return { python };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(draft, { recursive: true, force: true });
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
