import { type Adapter, createUnavailableAdapter } from "@tenfold/core";
import type { MlcOptions } from "./factory-options.ts";
import { mlcProfile } from "./profile.ts";

export type { MlcOptions } from "./factory-options.ts";
export type { MlcFrameworkOptions } from "./options.ts";

/** MLC-LLM where there is no binding for it: says so, and why. */
export function mlc(_options: MlcOptions = {}): Adapter {
  return createUnavailableAdapter(mlcProfile);
}
