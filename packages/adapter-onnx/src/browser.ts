/// <reference lib="dom" />
import type { Adapter } from "@tenfold/core";
import { inWorker } from "@tenfold/host/browser";
import type { OnnxOptions } from "./factory-options.ts";
import { createBrowserAdapter } from "./web/create-browser-adapter.ts";

export type { OnnxOptions } from "./factory-options.ts";
export type { OnnxFrameworkOptions } from "./options.ts";

/**
 * ONNX Runtime for ONNX and ORT models, compiled to WebAssembly, on the CPU or by WebGPU, each model in a worker of its own. Nothing is loaded
 * before the first `probe` or `load`.
 */
export function onnx({ wasm, worker }: OnnxOptions = {}): Adapter {
  const adapter = createBrowserAdapter(wasm);
  // Whoever calls this in a worker has left the page already.
  if (typeof document === "undefined") return adapter;
  // Bundlers know a worker by this form, and by no other.
  const bundled = () => new Worker(new URL("@tenfold/adapter-onnx/worker", import.meta.url), { type: "module" });
  const served = worker === undefined ? bundled : () => new Worker(worker, { type: "module" });
  // A worker has an address of its own.
  return inWorker(adapter, { start: served, arguments: wasm === undefined ? [] : [new URL(wasm, location.href).href] });
}
