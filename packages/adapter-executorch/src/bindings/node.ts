import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, TenfoldError } from "@tenfold/catalog";
import { nativePartName } from "@tenfold/core/native-parts";
import { loadLogitsThrough, protocolVersion } from "@tenfold/host";
import { hostEnvironment, spawnHost } from "@tenfold/host/node";
import { z } from "zod";
import type { Binding, NativeLibrary, NativeLoadRequest } from "../binding.ts";
import { executorchPart, hostProgram } from "../parts.ts";

const run = promisify(execFile);
const describeTimeoutMs = 30_000;
const remedy = "Run `tenfold frameworks add executorch`, or name the host's program with the option hostPath.";

const descriptionSchema = z.object({ frameworkVersion: z.string(), protocolVersion: z.number(), delegates: z.array(z.string()).max(100) });

/** ExecuTorch through a host in C++: one process for each model. */
export function createNodeBinding(hostPath: string | undefined): Binding {
  /** What a program says of itself is asked once. */
  const described = new Map<string, Promise<NativeLibrary>>();

  return {
    open({ nativeParts }) {
      const folder = nativeParts.get(nativePartName(executorchPart));
      const program = hostPath ?? (folder === undefined ? undefined : join(folder, hostProgram));
      if (program === undefined) {
        return Promise.reject(new TenfoldError("framework-unavailable", "ExecuTorch has not been added to this store.", { framework: "executorch", remedy }));
      }
      let library = described.get(program);
      if (!library) {
        library = describe(program);
        described.set(program, library);
        // What is repaired meanwhile is found.
        library.catch(() => described.delete(program));
      }
      return library;
    },
  };
}

async function describe(program: string): Promise<NativeLibrary> {
  try {
    await access(program, constants.X_OK);
  } catch (error) {
    throw new TenfoldError("framework-unavailable", `There is no host of ExecuTorch at ${program}.`, { cause: error, framework: "executorch", remedy });
  }
  const { stdout } = await run(program, ["--describe"], { env: hostEnvironment(), timeout: describeTimeoutMs });
  const description = parse(descriptionSchema, jsonOf(stdout), `what ${program} says of itself`, "framework-unavailable");
  if (description.protocolVersion !== protocolVersion) {
    const words = `The host at ${program} speaks version ${description.protocolVersion} of the protocol; this adapter speaks ${protocolVersion}.`;
    throw new TenfoldError("framework-unavailable", words, { framework: "executorch", remedy: "Add it again: tenfold frameworks add executorch." });
  }
  return {
    version: description.frameworkVersion,
    delegates: description.delegates,
    notes: [`a host in C++ at ${program}`],
    load: (request) => loadInHost(program, request),
  };
}

async function loadInHost(program: string, { model, context, options }: NativeLoadRequest) {
  if (options.isolation === "none") {
    throw new TenfoldError("invalid-input", "ExecuTorch runs in a process of its own in Node.", {
      framework: "executorch",
      remedy: 'Leave out isolation: "none".',
    });
  }
  const host = await spawnHost({ program, arguments: [], environment: hostEnvironment() }, context.log);
  try {
    const sequences = await loadLogitsThrough(host.port, undefined, model, context, options);
    return {
      ...sequences,
      async dispose() {
        await sequences.dispose();
        // Its memory is free when it is gone; until then this process has something to wait for.
        host.port.ref?.();
        await host.gone;
      },
    };
  } catch (error) {
    host.kill();
    await host.gone;
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
