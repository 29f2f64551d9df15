import { TenfoldError } from "@tenfold/catalog";
import type { Adapter } from "@tenfold/core";
import type { LlamaCppOptions } from "./factory-options.ts";
import { llamaCppProfile } from "./profile.ts";

export type { LlamaCppOptions, WasmPaths } from "./factory-options.ts";
export type { LlamaCppFrameworkOptions } from "./options.ts";

/** llama.cpp where there is no binding for it: says so, and why. */
export function llamaCpp(_options: LlamaCppOptions = {}): Adapter {
  const why = (platform: "node" | "browser" | "react-native") => {
    const support = llamaCppProfile.platforms[platform];
    if (!support.supported) return { reason: support.reason, remedy: support.remedy ?? "Choose a framework that runs here." };
    return {
      reason: "This build was made for another platform than the one it runs on.",
      remedy: "Let the bundler resolve @tenfold/adapter-llamacpp with the condition `node`, `browser` or `react-native`.",
    };
  };
  return {
    framework: llamaCppProfile.framework,
    formats: llamaCppProfile.formats,
    probe: async (context) => ({ available: false, ...why(context.platform.name) }),
    async load(_model, context) {
      const { reason, remedy } = why(context.platform.name);
      throw new TenfoldError("framework-unavailable", `llama.cpp does not run here. ${reason}`, { framework: "llama.cpp", remedy });
    },
  };
}
