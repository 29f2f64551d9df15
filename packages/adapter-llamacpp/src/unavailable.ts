import { type Adapter, createUnavailableAdapter } from "@tenfold/core";
import type { LlamaCppOptions } from "./factory-options.ts";
import { llamaCppProfile } from "./profile.ts";

export type { LlamaCppOptions, WasmPaths } from "./factory-options.ts";
export type { LlamaCppFrameworkOptions } from "./options.ts";

/** llama.cpp where there is no binding for it: says so, and why. */
export function llamaCpp(_options: LlamaCppOptions = {}): Adapter {
  return createUnavailableAdapter(llamaCppProfile);
}
