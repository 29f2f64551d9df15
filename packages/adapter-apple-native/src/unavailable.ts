import { type Adapter, createUnavailableAdapter } from "@tenfold/core";
import type { MlxOptions } from "./factory-options.ts";
import { mlxProfile } from "./profile.ts";

export type { MlxOptions } from "./factory-options.ts";
export type { MlxFrameworkOptions } from "./mlx/options.ts";

/** MLX where there is no binding for it: says so, and why. */
export function mlx(_options: MlxOptions = {}): Adapter {
  return createUnavailableAdapter(mlxProfile);
}
