/// <reference lib="dom" />
import type { Adapter } from "@tenfold/core";
import { createAdapter } from "./adapter.ts";
import { createBrowserBinding } from "./bindings/browser.ts";
import type { MlcOptions } from "./factory-options.ts";

export type { MlcOptions } from "./factory-options.ts";
export type { MlcFrameworkOptions } from "./options.ts";

/** MLC-LLM for folders that it compiled, on the GPU through web-llm. Nothing is loaded before the first `probe` or `load`. */
export function mlc(_options: MlcOptions = {}): Adapter {
  return createAdapter({ binding: createBrowserBinding(), now: () => performance.now(), random: Math.random });
}
