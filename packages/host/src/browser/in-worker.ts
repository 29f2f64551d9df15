/// <reference lib="dom" />
import type { Adapter } from "@tenfold/core";
import { loadThrough } from "../load-through.ts";
import { createWorkerPort, type WorkerPort } from "./worker-port.ts";

export interface InWorkerOptions {
  /** Starts a module worker whose script calls `runWorker`. Bundlers want it written out: `() => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" })`. */
  start: () => Worker;
  /** Plain data, for a worker that makes its adapter from it. */
  arguments?: readonly unknown[];
}

/**
 * Puts every model of an adapter into a worker of its own, unless it is loaded with `isolation: "none"`, so that the page stays free while it computes.
 * Where the worker's script is not there, models that do not ask for one are loaded in the page, with a warning.
 */
export function inWorker(bare: Adapter, { start, arguments: given }: InWorkerOptions): Adapter {
  const source = given && { module: "", name: bare.framework, arguments: given };
  return {
    ...bare,
    async load(model, context, options) {
      if (options.isolation === "none") return bare.load(model, context, options);
      options.signal?.throwIfAborted();
      let port: WorkerPort | undefined;
      try {
        port = createWorkerPort(start());
        return await loadThrough(port, source, model, context, options);
      } catch (error) {
        port?.close?.();
        options.signal?.throwIfAborted();
        if (port?.didNotStart() === false || options.isolation !== undefined) throw error;
        const { message } = error as Error;
        context.log("warning", `${bare.framework} computes in the page: ${message} Its address is an option where no bundler puts it in its place.`);
        return bare.load(model, context, options);
      }
    },
  };
}
