import type { Adapter } from "@tenfold/core";
import { createAdapter } from "./adapter.ts";
import { createReactNativeBinding } from "./bindings/react-native.ts";
import type { LlamaCppOptions } from "./factory-options.ts";

export type { LlamaCppOptions, WasmPaths } from "./factory-options.ts";
export type { LlamaCppFrameworkOptions } from "./options.ts";

/** llama.cpp for GGUF models, through llama.rn, which is imported by the first `probe` or `load`. */
export function llamaCpp(_options: LlamaCppOptions = {}): Adapter {
  return createAdapter({
    binding: createReactNativeBinding(),
    now: () => performance.now(),
    random: Math.random,
    machine: () => ({ usableCores: 3, busy: 0 }),
  });
}
