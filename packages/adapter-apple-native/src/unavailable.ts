import { TenfoldError } from "@tenfold/catalog";
import type { Adapter } from "@tenfold/core";
import type { MlxOptions } from "./factory-options.ts";
import { mlxProfile } from "./profile.ts";

export type { MlxOptions } from "./factory-options.ts";
export type { MlxFrameworkOptions } from "./mlx/options.ts";

/** MLX where there is no binding for it: says so, and why. */
export function mlx(_options: MlxOptions = {}): Adapter {
  const why = (platform: "node" | "browser" | "react-native") => {
    const support = mlxProfile.platforms[platform];
    if (!support.supported) return { reason: support.reason, remedy: support.remedy ?? "Choose a framework that runs here." };
    return {
      reason: "This build was made for another platform than the one it runs on.",
      remedy: "Let the bundler resolve @tenfold/adapter-apple-native with the condition `node`.",
    };
  };
  return {
    framework: mlxProfile.framework,
    formats: mlxProfile.formats,
    probe: async (context) => ({ available: false, ...why(context.platform.name) }),
    async load(_model, context) {
      const { reason, remedy } = why(context.platform.name);
      throw new TenfoldError("framework-unavailable", `MLX does not run here. ${reason}`, { framework: "mlx", remedy });
    },
  };
}
