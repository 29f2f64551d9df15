import type { Adapter } from "@tenfold/core";
import type { MlxOptions } from "./factory-options.ts";
import { createMlxAdapter } from "./mlx/adapter.ts";
import { createPythonBinding } from "./mlx/bindings/python.ts";

export type { MlxOptions } from "./factory-options.ts";
export type { MlxFrameworkOptions } from "./mlx/options.ts";

/** MLX for models in safetensors and npz, each in a process of its own. Nothing is started before the first `probe` or `load`. */
export function mlx(options: MlxOptions = {}): Adapter {
  return createMlxAdapter({ binding: createPythonBinding(options), now: () => performance.now(), random: Math.random });
}
