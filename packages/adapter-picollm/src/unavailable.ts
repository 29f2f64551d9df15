import { type Adapter, createUnavailableAdapter } from "@tenfold/core";
import type { PicoLlmOptions } from "./factory-options.ts";
import { picoLlmProfile } from "./profile.ts";

export type { PicoLlmOptions } from "./factory-options.ts";
export type { PicoLlmFrameworkOptions } from "./options.ts";

/** picoLLM where there is no binding for it, React Native above all: says so, and why. */
export function picoLlm(_options: PicoLlmOptions = {}): Adapter {
  return createUnavailableAdapter(picoLlmProfile);
}
