import { type FrameworkProfile, TenfoldError } from "@tenfold/catalog";
import type { Adapter } from "@tenfold/core";
import type { LiteRtLmOptions, LiteRtOptions } from "./factory-options.ts";
import { liteRtLmProfile, liteRtProfile } from "./profile.ts";

export type { LiteRtLmOptions, LiteRtOptions } from "./factory-options.ts";

/** LiteRT where there is no binding for it: says so, and why. */
export function liteRt(_options: LiteRtOptions = {}): Adapter {
  return withoutBinding(liteRtProfile);
}

/** LiteRT-LM where there is no binding for it: says so, and why. */
export function liteRtLm(_options: LiteRtLmOptions = {}): Adapter {
  return withoutBinding(liteRtLmProfile);
}

function withoutBinding({ framework, name, formats, platforms }: FrameworkProfile): Adapter {
  const why = (platform: "node" | "browser" | "react-native") => {
    const support = platforms[platform];
    if (!support.supported) return { reason: support.reason, remedy: support.remedy ?? "Choose a framework that runs here." };
    return {
      reason: "This build was made for another platform than the one it runs on.",
      remedy: "Let the bundler resolve @tenfold/adapter-tflite with the condition `node` or `browser`.",
    };
  };
  return {
    framework,
    formats,
    probe: async (context) => ({ available: false, ...why(context.platform.name) }),
    async load(_model, context) {
      const { reason, remedy } = why(context.platform.name);
      throw new TenfoldError("framework-unavailable", `${name} does not run here. ${reason}`, { framework, remedy });
    },
  };
}
