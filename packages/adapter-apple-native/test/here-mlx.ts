import { delimiter, join } from "node:path";
import { nodeContext } from "@tenfold/adapter-testkit/vitest";
import type { AdapterContext, Log } from "@tenfold/core";
import { nativePartName } from "@tenfold/core/native-parts";
import { type HostCommand, hostEnvironment } from "@tenfold/host/node";
import { need } from "@tenfold/tooling/requirement";
import { inject, type TestContext } from "vitest";
import { hostFolderOf } from "../src/mlx/bindings/host-folder.ts";
import { environmentPython } from "../src/mlx/make-environment.ts";
import { mlxPart } from "../src/parts.ts";

const prepared = inject("mlx");
const folder = "folder" in prepared ? prepared.folder : "/no-such-part";

/** Skips the test, with the reason, where MLX could not be added. */
export function needMlx(context: Pick<TestContext, "skip">): void {
  need(context, "mlx", "folder" in prepared, "reason" in prepared ? prepared.reason : "");
}

/** A context with MLX among the native parts. */
export function mlxContext(log?: Log): AdapterContext {
  return { ...nodeContext(), nativeParts: new Map([[nativePartName(mlxPart), folder]]), ...(log ? { log } : {}) };
}

/** A Python, and what it needs to find MLX and the host. */
export const herePython = { program: join(folder, ...environmentPython), PYTHONPATH: [hostFolderOf(), folder].join(delimiter) };

/** The host, as the adapter starts it. */
export const hostCommand: HostCommand = {
  program: herePython.program,
  arguments: ["-P", "-B", "-m", "tenfold_mlx"],
  environment: hostEnvironment({ PYTHONPATH: herePython.PYTHONPATH }),
};
