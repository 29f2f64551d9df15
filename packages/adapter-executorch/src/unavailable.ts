import { type Adapter, createUnavailableAdapter } from "@tenfold/core";
import type { ExecutorchOptions } from "./factory-options.ts";
import { executorchProfile } from "./profile.ts";

export type { ExecutorchOptions } from "./factory-options.ts";
export type { ExecutorchFrameworkOptions } from "./options.ts";

/** ExecuTorch where there is no binding for it: says so, and why. */
export function executorch(_options: ExecutorchOptions = {}): Adapter {
  return createUnavailableAdapter(executorchProfile);
}
