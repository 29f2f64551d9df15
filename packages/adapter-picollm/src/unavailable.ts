import { TenfoldError } from "@tenfold/catalog";
import type { Adapter } from "@tenfold/core";
import type { PicoLlmOptions } from "./factory-options.ts";
import { picoLlmProfile } from "./profile.ts";

export type { PicoLlmOptions } from "./factory-options.ts";
export type { PicoLlmFrameworkOptions } from "./options.ts";

/** picoLLM where there is no binding for it, React Native above all: says so, and why. */
export function picoLlm(_options: PicoLlmOptions = {}): Adapter {
  const why = (platform: "node" | "browser" | "react-native") => {
    const support = picoLlmProfile.platforms[platform];
    if (!support.supported) return { reason: support.reason, remedy: support.remedy ?? "Choose a framework that runs here." };
    return {
      reason: "This build was made for another platform than the one it runs on.",
      remedy: "Let the bundler resolve @tenfold/adapter-picollm with the condition `node` or `browser`.",
    };
  };
  return {
    framework: picoLlmProfile.framework,
    formats: picoLlmProfile.formats,
    profile: picoLlmProfile,
    probe: async (context) => ({ available: false, ...why(context.platform.name) }),
    async load(_model, context) {
      const { reason, remedy } = why(context.platform.name);
      throw new TenfoldError("framework-unavailable", `picoLLM does not run here. ${reason}`, { framework: "picollm", remedy });
    },
  };
}
