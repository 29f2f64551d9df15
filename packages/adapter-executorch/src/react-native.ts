import type { Adapter } from "@tenfold/core";
import { createAdapter } from "./adapter.ts";
import { createReactNativeBinding } from "./bindings/react-native.ts";
import type { ExecutorchOptions } from "./factory-options.ts";

export type { ExecutorchOptions } from "./factory-options.ts";
export type { ExecutorchFrameworkOptions } from "./options.ts";

/** The package decides how many threads compute. */
const usableCores = 1;

/** ExecuTorch for .pte models, through react-native-executorch, which is imported by the first `probe` or `load`. */
export function executorch(_options: ExecutorchOptions = {}): Adapter {
  return createAdapter({
    binding: createReactNativeBinding(),
    now: () => performance.now(),
    random: Math.random,
    machine: () => ({ usableCores, busy: 0 }),
  });
}
