import { availableParallelism, loadavg } from "node:os";
import type { Adapter } from "@tenfold/core";
import { inHost } from "@tenfold/host/node";
import { createAdapter } from "./adapter.ts";
import { createNodeBinding } from "./bindings/node.ts";
import type { PicoLlmOptions } from "./factory-options.ts";
import { hideKey } from "./hide-key.ts";

export type { PicoLlmOptions } from "./factory-options.ts";
export type { PicoLlmFrameworkOptions } from "./options.ts";

/**
 * picoLLM for .pllm models, through @picovoice/picollm-node. Nothing native is loaded before the first `probe` or `load`. Models run in processes of
 * their own, which get the key with their first message: neither arguments nor environment of a process show it.
 */
export function picoLlm({ accessKey, hostEntry }: PicoLlmOptions = {}): Adapter {
  const adapter = createAdapter({
    binding: createNodeBinding(),
    accessKey,
    now: () => performance.now(),
    random: Math.random,
    machine: () => ({ usableCores: availableParallelism(), busy: loadavg()[0] ?? 0 }),
  });
  const given = accessKey === undefined ? {} : { accessKey };
  return hideKey(inHost(hideKey(adapter, accessKey), { module: import.meta.url, name: "picoLlm", arguments: [given], entry: hostEntry }), accessKey);
}
