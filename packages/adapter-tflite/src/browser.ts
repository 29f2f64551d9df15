import type { Adapter } from "@tenfold/core";
import type { LiteRtOptions } from "./factory-options.ts";
import { createLiteRtAdapter } from "./litert/adapter.ts";
import { createBrowserBinding } from "./litert/browser-binding.ts";

export type { LiteRtLmOptions, LiteRtOptions } from "./factory-options.ts";
export { liteRtLm } from "./unavailable.ts";

/** LiteRT for .tflite models, as WebAssembly. Nothing is loaded before the first `probe` or `load`. */
export function liteRt({ wasm = "/litert/" }: LiteRtOptions = {}): Adapter {
  return createLiteRtAdapter({ binding: createBrowserBinding(wasm), now: () => performance.now(), random: Math.random });
}
