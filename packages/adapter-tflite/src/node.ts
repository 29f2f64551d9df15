import type { Adapter } from "@tenfold/core";
import { inHost } from "@tenfold/host/node";
import type { LiteRtOptions } from "./factory-options.ts";
import { createLiteRtAdapter } from "./litert/adapter.ts";
import { createNodeBinding } from "./litert/node-binding.ts";

/** LiteRT for .tflite models, as WebAssembly, each in a process of its own. Nothing is loaded before the first `probe` or `load`. */
export function liteRt({ hostEntry }: LiteRtOptions = {}): Adapter {
  const adapter = createLiteRtAdapter({ binding: createNodeBinding(), now: () => performance.now(), random: Math.random });
  return inHost(adapter, { module: import.meta.url, name: "liteRt", arguments: [{}], entry: hostEntry });
}
