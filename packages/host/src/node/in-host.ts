import { existsSync } from "node:fs";
import { createRequire } from "node:module";
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

/** Puts every model of an adapter into a process of its own, unless it is loaded with `isolation: "none"`. */
export function inHost(bare: Adapter, { environment, entry, limits, ...source }: InHostOptions): HostedAdapter {
  return {
    ...bare,
    bare,
    async load(model, context, options) {
      if (options.isolation === "none") return bare.load(model, context, options);
      options.signal?.throwIfAborted();
      const command = confined({ program: process.execPath, arguments: hostArguments(entry), environment: hostEnvironment(environment) }, limits);
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
          // Its memory is free when it is gone.
          await host.gone;
        },
      };
    },
  };
}

function hostArguments(entry: string | undefined): string[] {
  if (entry !== undefined) return [found(entry.startsWith("file:") ? fileURLToPath(entry) : entry)];
  const built = fileURLToPath(new URL("./node-host.js", import.meta.url));
  if (existsSync(built)) return [built];
  // In a clone nothing is built: the sources are read through the loader that runs them everywhere there.
  const sources = fileURLToPath(new URL("./node-host.ts", import.meta.url));
  if (existsSync(sources)) return ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href, sources];
  return [found(built)];
}

function found(path: string): string {
  if (existsSync(path)) return path;
  throw new TenfoldError("framework-unavailable", `There is no host program at ${path}.`, {
    remedy: "Bundle a module that calls runHost of @tenfold/host/node, and name it with the option `entry`.",
  });
}
