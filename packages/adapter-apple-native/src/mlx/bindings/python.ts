import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { parse, TenfoldError } from "@tenfold/catalog";
import type { AdapterContext } from "@tenfold/core";
import { nativePartName } from "@tenfold/core/native-parts";
import { type HostCommand, hostEnvironment, spawnHost } from "@tenfold/host/node";
import { z } from "zod";
import type { Binding, Installation } from "../../binding.ts";
import { createNodeFolder } from "../../bindings/node-folder.ts";
import type { MlxOptions } from "../../factory-options.ts";
import { mlxPart } from "../../parts.ts";

import { environmentPython } from "../make-environment.ts";
import { hostFolderOf } from "./host-folder.ts";
import { fromProbe } from "./probe-errors.ts";

const run = promisify(execFile);
/** Python's first start after an installation compiles what it imports. */
const probeTimeoutMs = 60_000;
const foundSchema = z.object({ python: z.string(), mlx: z.string().min(1), mlxLm: z.string(), metal: z.boolean() });

/** MLX in a process of Python's, over mlx-lm. */
export function createPythonBinding({ python, hostFolder = hostFolderOf() }: MlxOptions): Binding {
  const found = new Map<string, Promise<Installation>>();

  return {
    find(context) {
      let place: PythonPlace;
      try {
        place = python === undefined ? partOf(context) : { program: python, packages: [] };
      } catch (error) {
        return Promise.reject(error);
      }
      // What runs once goes on running; what does not may have been mended.
      const known = found.get(place.program) ?? look(place);
      found.set(place.program, known);
      known.catch(() => found.delete(place.program));
      return known;
    },
  };

  async function look({ program, packages }: PythonPlace): Promise<Installation> {
    const command = (...more: string[]): HostCommand => ({
      program,
      // Nothing is taken from the working folder, nothing written beside the sources.
      arguments: ["-P", "-B", "-m", "tenfold_mlx", ...more],
      environment: hostEnvironment({ PYTHONPATH: [hostFolder, ...packages].join(delimiter), PYTHONUTF8: "1" }),
    });
    const probing = command("--probe");
    try {
      const { stdout } = await run(probing.program, probing.arguments, { env: probing.environment, timeout: probeTimeoutMs, windowsHide: true });
      const { python: pythonVersion, mlx, mlxLm, metal } = parse(foundSchema, JSON.parse(stdout), "what the MLX host says of itself", "framework-unavailable");
      return {
        version: mlx,
        accelerators: metal ? ["metal", "cpu"] : ["cpu"],
        notes: [`mlx-lm ${mlxLm} in Python ${pythonVersion}, in a process for each model`],
        start: (log) => spawnHost(command(), log),
        withFolder: createNodeFolder({ framework: "mlx", as: "symbolic-links" }),
      };
    } catch (error) {
      throw fromProbe(error, program);
    }
  }
}

interface PythonPlace {
  program: string;
  /** Folders that it finds packages in, beside its own. */
  packages: readonly string[];
}

/** @throws TenfoldError `framework-unavailable` where nothing was added to the store. */
function partOf({ nativeParts }: AdapterContext): PythonPlace {
  const folder = nativeParts.get(nativePartName(mlxPart));
  if (folder !== undefined) return { program: join(folder, ...environmentPython), packages: [folder] };
  throw new TenfoldError("framework-unavailable", `MLX ${mlxPart.version} is not among what was added to the store.`, {
    framework: "mlx",
    remedy: "Run `tenfold frameworks add mlx`, or name a Python that has mlx and mlx-lm: the option `python`, on the command line TENFOLD_PYTHON.",
  });
}
