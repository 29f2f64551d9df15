import { availableParallelism, loadavg } from "node:os";
import type { Adapter } from "@tenfold/core";
import { createAdapter } from "./adapter.ts";
import { createNodeBinding } from "./bindings/node.ts";
import type { ExecutorchOptions } from "./factory-options.ts";

export type { ExecutorchOptions } from "./factory-options.ts";
export type { ExecutorchFrameworkOptions } from "./options.ts";

/** ExecuTorch for .pte models, each in a process of its own, a host in C++. Nothing is started before the first `probe` or `load`. */
export function executorch({ hostPath }: ExecutorchOptions = {}): Adapter {
  return createAdapter({
    binding: createNodeBinding(hostPath),
    now: () => performance.now(),
    random: Math.random,
    machine: () => ({ usableCores: availableParallelism(), busy: loadavg()[0] ?? 0 }),
  });
}
