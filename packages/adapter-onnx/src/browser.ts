/// <reference lib="dom" />
import type { Adapter } from "@tenfold/core";
import { createAdapter } from "./adapter.ts";
import { createBrowserBinding } from "./bindings/browser.ts";
import type { OnnxOptions } from "./factory-options.ts";

export type { OnnxOptions } from "./factory-options.ts";
export type { OnnxFrameworkOptions } from "./options.ts";

/** ONNX Runtime for ONNX and ORT models, compiled to WebAssembly, on the CPU or by WebGPU. Nothing is loaded before the first `probe` or `load`. */
export function onnx({ wasm }: OnnxOptions = {}): Adapter {
  return createAdapter({
    binding: createBrowserBinding(wasm),
    now: () => performance.now(),
    random: Math.random,
    // Half of the logical cores are second threads of others, as a rule; the adapter leaves one more free.
    machine: () => ({ usableCores: globalThis.crossOriginIsolated ? (navigator.hardwareConcurrency >> 1) + 1 : 1, busy: 0 }),
  });
}
