import { TenfoldError } from "@tenfold/catalog";
import type { Adapter } from "@tenfold/core";
import type { MlcOptions } from "./factory-options.ts";
import { mlcProfile } from "./profile.ts";

export type { MlcOptions } from "./factory-options.ts";
export type { MlcFrameworkOptions } from "./options.ts";

/** MLC-LLM where there is no binding for it: says so, and why. */
export function mlc(_options: MlcOptions = {}): Adapter {
  const reason = "This build was made for another platform than the one it runs on.";
  const remedy = "Let the bundler resolve @tenfold/adapter-mlc with the condition `node`, `browser` or `react-native`.";
  return {
    framework: mlcProfile.framework,
    formats: mlcProfile.formats,
    probe: async () => ({ available: false, reason, remedy }),
    async load() {
      throw new TenfoldError("framework-unavailable", `MLC-LLM does not run here. ${reason}`, { framework: "mlc-llm", remedy });
    },
  };
}
