import { availableParallelism, loadavg } from "node:os";
import type { Adapter } from "@tenfold/core";
import { inHost } from "@tenfold/host/node";
import type { LiteRtLmOptions, LiteRtOptions } from "./factory-options.ts";
import { createLiteRtAdapter } from "./litert/adapter.ts";
import { createNodeBinding } from "./litert/node-binding.ts";
import { createLiteRtLmAdapter } from "./litert-lm/adapter.ts";

export type { LiteRtLmOptions, LiteRtOptions } from "./factory-options.ts";

const clock = { now: () => performance.now(), random: Math.random };

/** LiteRT for .tflite models, as WebAssembly, each in a process of its own. Nothing is loaded before the first `probe` or `load`. */
export function liteRt({ hostEntry }: LiteRtOptions = {}): Adapter {
  const adapter = createLiteRtAdapter({ ...clock, binding: createNodeBinding() });
  return inHost(adapter, { module: import.meta.url, name: "liteRt", arguments: [{}], entry: hostEntry });
}

/** LiteRT-LM for .litertlm models, each in a process of its own. Its library comes by `tenfold frameworks add litert-lm`. */
export function liteRtLm({ hostEntry }: LiteRtLmOptions = {}): Adapter {
  const adapter = createLiteRtLmAdapter({ ...clock, machine: () => ({ usableCores: availableParallelism(), busy: loadavg()[0] ?? 0 }) });
  return inHost(adapter, { module: import.meta.url, name: "liteRtLm", arguments: [{}], entry: hostEntry });
}
