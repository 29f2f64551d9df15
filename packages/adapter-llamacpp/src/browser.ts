/// <reference lib="dom" />
import type { Adapter } from "@tenfold/core";
import { createAdapter } from "./adapter.ts";
import { createBrowserBinding } from "./bindings/browser.ts";
import type { LlamaCppOptions } from "./factory-options.ts";

export type { LlamaCppOptions, WasmPaths } from "./factory-options.ts";
export type { LlamaCppFrameworkOptions } from "./options.ts";

/** llama.cpp for GGUF models, compiled to WebAssembly, through wllama. Nothing is loaded before the first `probe` or `load`. */
export function llamaCpp({ wasm = {} }: LlamaCppOptions = {}): Adapter {
  return createAdapter({
    binding: createBrowserBinding(wasm),
    now: () => performance.now(),
    random: Math.random,
    machine: () => ({ usableCores: navigator.hardwareConcurrency, busy: 0 }),
  });
}
