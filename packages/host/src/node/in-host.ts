import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TenfoldError } from "@tenfold/catalog";
import type { Adapter, LoadedModel } from "@tenfold/core";
import { loadThrough } from "../load-through.ts";
import type { AdapterSource } from "../messages.ts";
import { confined, type HostLimits } from "./confined.ts";
import { hostEnvironment } from "./host-environment.ts";
import { spawnHost } from "./spawn-host.ts";

export interface InHostOptions extends AdapterSource {
  /** Added to the environment of the host. */
  environment?: Readonly<Record<string, string>>;
  /** The program of the host, where a bundler has moved what this package would start: a module that calls `runHost`. */
  entry?: string | undefined;
  limits?: HostLimits | undefined;
}

/** An adapter whose models run in processes of their own. */
export interface HostedAdapter extends Adapter {
  /** The same without processes: what the host uses. */
  readonly bare: Adapter;
}

/** Many small events let V8's young generation grow to 48 MiB, none of which they need. */
const smallHeap = ["--max-semi-space-size=2"];
/** glibc keeps memory apart for each thread that asked for some, and what one gave back no other gets. */
const fewArenas = { MALLOC_ARENA_MAX: "2" };

/**
 * Puts every model of an adapter into a process of its own, unless it is loaded with `isolation: "none"`. In a bundle that brings no program for
 * the host, models that do not ask for one are loaded in this process, with a warning.
 */
export function inHost(bare: Adapter, { environment, entry, limits, ...source }: InHostOptions): HostedAdapter {
  return {
    ...bare,
    bare,
    async load(model, context, options) {
      if (options.isolation === "none") return bare.load(model, context, options);
      options.signal?.throwIfAborted();
      const program = hostArguments(entry);
      if (program === undefined && options.isolation === undefined && limits === undefined) {
        context.log("warning", `${bare.framework} runs in this process: there is no host program beside it. ${bundling}`);
        return bare.load(model, context, options);
      }
      const command = confined(
        {
          program: process.execPath,
          arguments: [...smallHeap, ...(program ?? missing("beside this program"))],
          environment: hostEnvironment({ ...fewArenas, ...environment }),
        },
        limits,
      );
      const host = await spawnHost(command, context.log);
      let loaded: LoadedModel;
      try {
        loaded = await loadThrough(host.port, source, model, context, options);
      } catch (error) {
        host.kill();
        await host.gone;
        throw error;
      }
      return {
        ...loaded,
        async dispose() {
          await loaded.dispose();
          // Its memory is free when it is gone; until then this process has something to wait for.
          host.port.ref?.();
          await host.gone;
        },
      };
    },
  };
}

const bundling = "Bundle a module that calls runHost of @tenfold/host/node, and name it with the option `entry` (`hostEntry` of adapters).";

/** Undefined where a bundler has left the program out. */
function hostArguments(entry: string | undefined): string[] | undefined {
  if (entry !== undefined) {
    const path = entry.startsWith("file:") ? fileURLToPath(entry) : entry;
    return existsSync(path) ? [path] : missing(`at ${path}`);
  }
  const built = beside("node-host.js");
  if (existsSync(built)) return [built];
  // In a clone nothing is built: the sources are read through the loader that runs them everywhere there.
  const sources = beside("node-host.ts");
  if (existsSync(sources)) return ["--import", pathToFileURL(createRequire(sources).resolve("tsx")).href, sources];
  return undefined;
}

/** A path that no bundler follows: it would copy the one file without what it imports, or miss the other. */
function beside(name: string): string {
  return join(dirname(fileURLToPath(import.meta.url)), name);
}

function missing(where: string): never {
  throw new TenfoldError("framework-unavailable", `There is no host program ${where}.`, { remedy: bundling });
}
