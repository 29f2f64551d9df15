import { TenfoldError } from "@tenfold/catalog";
import type { Adapter } from "@tenfold/core";
import type { OnnxOptions } from "./factory-options.ts";
import { onnxProfile } from "./profile.ts";

export type { OnnxOptions } from "./factory-options.ts";
export type { OnnxFrameworkOptions } from "./options.ts";

/** ONNX Runtime where there is no binding for it: says so, and why. */
export function onnx(_options: OnnxOptions = {}): Adapter {
  const why = (platform: "node" | "browser" | "react-native") => {
    const support = onnxProfile.platforms[platform];
    if (!support.supported) return { reason: support.reason, remedy: support.remedy ?? "Choose a framework that runs here." };
    return {
      reason: "This build was made for another platform than the one it runs on.",
      remedy: "Let the bundler resolve @tenfold/adapter-onnx with the condition `node`, `browser` or `react-native`.",
    };
  };
  return {
    framework: onnxProfile.framework,
    formats: onnxProfile.formats,
    probe: async (context) => ({ available: false, ...why(context.platform.name) }),
    async load(_model, context) {
      const { reason, remedy } = why(context.platform.name);
      throw new TenfoldError("framework-unavailable", `ONNX Runtime does not run here. ${reason}`, { framework: "onnx-runtime", remedy });
    },
  };
}
