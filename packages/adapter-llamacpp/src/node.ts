import { availableParallelism, loadavg } from "node:os";
import type { Adapter } from "@tenfold/core";
import { createAdapter } from "./adapter.ts";
import { createNodeBinding } from "./bindings/node.ts";
import type { LlamaCppOptions } from "./factory-options.ts";

export type { LlamaCppOptions, WasmPaths } from "./factory-options.ts";
export type { LlamaCppFrameworkOptions } from "./options.ts";

/** llama.cpp for GGUF models, through node-llama-cpp. Nothing native is loaded before the first `probe` or `load`. */
export function llamaCpp({ gpu = "auto" }: LlamaCppOptions = {}): Adapter {
  return createAdapter({
    binding: createNodeBinding(gpu),
    now: () => performance.now(),
    random: Math.random,
    machine: () => ({ usableCores: availableParallelism(), busy: loadavg()[0] ?? 0 }),
  });
}
