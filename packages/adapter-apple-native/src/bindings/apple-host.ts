import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type FrameworkProfile, TenfoldError } from "@tenfold/catalog";
import { nativePartName } from "@tenfold/core/native-parts";
import { hostEnvironment, spawnHost } from "@tenfold/host/node";
import { type AppleDescription, readDescription } from "../apple/apple-description.ts";
import { describedFramework } from "../apple/described-framework.ts";
import type { Binding } from "../binding.ts";
import { appleHostPart, appleHostProgram } from "../parts.ts";
import { createNodeFolder } from "./node-folder.ts";
import { whyNoHost } from "./why-no-host.ts";

const run = promisify(execFile);
/** The first start of a program that was just built is checked by the system. */
const describeTimeoutMs = 60_000;
const again = "Build the host again: `tenfold frameworks remove apple-host`, then `tenfold frameworks add apple-host`.";

/** What programs say of themselves is asked once for all frameworks; one that failed may have been mended. */
const described = new Map<string, Promise<AppleDescription>>();

/** Apple's frameworks in Node: a host in Swift, one process for each model. */
export function createAppleHostBinding(profile: FrameworkProfile, hostPath: string | undefined, systemRelease: () => string = release): Binding {
  const { framework } = profile;
  return {
    async find(context) {
      const folder = context.nativeParts.get(nativePartName(appleHostPart));
      const program = hostPath ?? (folder === undefined ? undefined : join(folder, appleHostProgram));
      if (program === undefined) throw whyNoHost(profile, context, systemRelease());
      const known = described.get(program) ?? describe(program, framework);
      described.set(program, known);
      known.catch(() => described.delete(program));
      const found = describedFramework(await known, profile, again);
      return {
        ...found,
        notes: [...found.notes, `a host in Swift at ${program}, a process for each model`],
        start: (log) => spawnHost({ program, arguments: [], environment: hostEnvironment() }, log),
        withFolder: createNodeFolder({ framework, as: "files" }),
      };
    },
  };
}

async function describe(program: string, framework: string): Promise<AppleDescription> {
  const unavailable = (message: string, cause: unknown) => new TenfoldError("framework-unavailable", message, { framework, cause, remedy: again });
  try {
    await access(program, constants.X_OK);
  } catch (error) {
    throw unavailable(`There is no host for Apple's frameworks at ${program}.`, error);
  }
  const said = await run(program, ["--describe"], { env: hostEnvironment(), timeout: describeTimeoutMs }).catch((error: Error & { stderr?: string }) => {
    const line = error.stderr?.trim().split("\n").at(-1);
    throw unavailable(`The host at ${program} does not start: ${line || error.message}`, error);
  });
  return readDescription(said.stdout, program, again);
}
