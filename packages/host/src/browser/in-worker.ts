/// <reference lib="dom" />
import type { Adapter } from "@tenfold/core";
import { loadThrough } from "../load-through.ts";
import { createWorkerPort } from "./worker-port.ts";

export interface InWorkerOptions {
  /** Starts a module worker whose script calls `runWorker`. Bundlers want it written out: `() => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" })`. */
  start: () => Worker;
}

/** Puts every model of an adapter into a worker of its own, unless it is loaded with `isolation: "none"`, so that the page stays free while it computes. */
export function inWorker(bare: Adapter, { start }: InWorkerOptions): Adapter {
  return {
    ...bare,
    async load(model, context, options) {
      if (options.isolation === "none") return bare.load(model, context, options);
      options.signal?.throwIfAborted();
      const port = createWorkerPort(start());
      try {
        return await loadThrough(port, undefined, model, context, options);
      } catch (error) {
        port.close?.();
        throw error;
      }
    },
  };
}
