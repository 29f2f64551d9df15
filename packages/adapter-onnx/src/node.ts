import { availableParallelism, loadavg } from "node:os";
import type { Adapter } from "@tenfold/core";
import { inHost } from "@tenfold/host/node";
import { createAdapter } from "./adapter.ts";
import { createNodeBinding } from "./bindings/node.ts";
import type { OnnxOptions } from "./factory-options.ts";

export type { OnnxOptions } from "./factory-options.ts";
export type { OnnxFrameworkOptions } from "./options.ts";

/** ONNX Runtime for ONNX and ORT models, each in a process of its own. Nothing native is loaded before the first `probe` or `load`. */
export function onnx({ through = "auto", hostEntry }: OnnxOptions = {}): Adapter {
  const adapter = createAdapter({
    binding: createNodeBinding(through),
    now: () => performance.now(),
    random: Math.random,
    machine: () => ({ usableCores: availableParallelism(), busy: loadavg()[0] ?? 0 }),
  });
  return inHost(adapter, { module: import.meta.url, name: "onnx", arguments: [{ through }], entry: hostEntry });
}
