import { availableParallelism, loadavg } from "node:os";
import type { Adapter } from "@tenfold/core";
import { inHost } from "@tenfold/host/node";
import { createAdapter } from "./adapter.ts";
import { createNodeBinding } from "./bindings/node.ts";
import type { LlamaCppOptions } from "./factory-options.ts";

export type { LlamaCppOptions, WasmPaths } from "./factory-options.ts";
export type { LlamaCppFrameworkOptions } from "./options.ts";

/**
 * llama.cpp for GGUF models, through node-llama-cpp. Nothing native is loaded before the first `probe` or `load`. Models run in processes of
 * their own, with one thread for calls: changing threads costs llama.cpp half of its speed.
 */
export function llamaCpp({ gpu = "auto", hostEntry }: LlamaCppOptions = {}): Adapter {
  const adapter = createAdapter({
    binding: createNodeBinding(gpu),
    now: () => performance.now(),
    random: Math.random,
    machine: () => ({ usableCores: availableParallelism(), busy: loadavg()[0] ?? 0 }),
  });
  return inHost(adapter, { module: import.meta.url, name: "llamaCpp", arguments: [{ gpu }], environment: { UV_THREADPOOL_SIZE: "1" }, entry: hostEntry });
}
