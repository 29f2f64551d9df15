import type { Adapter } from "@tenfold/core";
import type { MlcOptions } from "./factory-options.ts";
import { createReactNativeAdapter } from "./react-native/adapter.ts";

export type { MlcOptions } from "./factory-options.ts";
export type { MlcFrameworkOptions } from "./options.ts";

/** MLC-LLM as @react-native-ai/mlc links it into an application. It is imported by the first `probe` or `load`. */
export function mlc(_options: MlcOptions = {}): Adapter {
  return createReactNativeAdapter({ importEngine: async () => (await import("@react-native-ai/mlc")).MLCEngine, now: () => performance.now() });
}
