/// <reference lib="dom" />
import type { Adapter } from "@tenfold/core";
import { createAdapter } from "./adapter.ts";
import { createBrowserBinding } from "./bindings/browser.ts";
import type { PicoLlmOptions } from "./factory-options.ts";
import { hideKey } from "./hide-key.ts";

export type { PicoLlmOptions } from "./factory-options.ts";
export type { PicoLlmFrameworkOptions } from "./options.ts";

/** picoLLM for .pllm models, compiled to WebAssembly, through @picovoice/picollm-web. Nothing is loaded before the first `probe` or `load`. */
export function picoLlm({ accessKey }: PicoLlmOptions = {}): Adapter {
  const adapter = createAdapter({
    binding: createBrowserBinding(),
    accessKey,
    now: () => performance.now(),
    random: Math.random,
    machine: () => ({ usableCores: navigator.hardwareConcurrency, busy: 0 }),
  });
  return hideKey(adapter, accessKey);
}
