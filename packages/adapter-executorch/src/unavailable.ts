import { TenfoldError } from "@tenfold/catalog";
import type { Adapter } from "@tenfold/core";
import type { ExecutorchOptions } from "./factory-options.ts";
import { executorchProfile } from "./profile.ts";

export type { ExecutorchOptions } from "./factory-options.ts";
export type { ExecutorchFrameworkOptions } from "./options.ts";

/** ExecuTorch where there is no binding for it: says so, and why. */
export function executorch(_options: ExecutorchOptions = {}): Adapter {
  const why = (platform: "node" | "browser" | "react-native") => {
    const support = executorchProfile.platforms[platform];
    if (!support.supported) return { reason: support.reason, remedy: support.remedy ?? "Choose a framework that runs here." };
    return {
      reason: "This build was made for another platform than the one it runs on.",
      remedy: "Let the bundler resolve @tenfold/adapter-executorch with the condition `node` or `react-native`.",
    };
  };
  return {
    framework: executorchProfile.framework,
    formats: executorchProfile.formats,
    probe: async (context) => ({ available: false, ...why(context.platform.name) }),
    async load(_model, context) {
      const { reason, remedy } = why(context.platform.name);
      throw new TenfoldError("framework-unavailable", `ExecuTorch does not run here. ${reason}`, { framework: "executorch", remedy });
    },
  };
}
