import { type FrameworkProfile, TenfoldError } from "@tenfold/catalog";
import type { Adapter } from "@tenfold/core";
import type { CoreMlOptions, FoundationModelsOptions, MlxOptions, SwiftTransformersOptions } from "./factory-options.ts";
import { coreMlProfile, foundationModelsProfile, mlxProfile, swiftTransformersProfile } from "./profile.ts";

export type * from "./exported-types.ts";
export { foundationModelsManifest } from "./foundation-models/foundation-models-manifest.ts";

/** Core ML where there is no binding for it: says so, and why. */
export function coreMl(_options: CoreMlOptions = {}): Adapter {
  return unavailable(coreMlProfile);
}

/** MLX where there is no binding for it: says so, and why. */
export function mlx(_options: MlxOptions = {}): Adapter {
  return unavailable(mlxProfile);
}

/** Swift Transformers where there is no binding for it: says so, and why. */
export function swiftTransformers(_options: SwiftTransformersOptions = {}): Adapter {
  return unavailable(swiftTransformersProfile);
}

/** Apple's Foundation Models where there is no binding for them: says so, and why. */
export function foundationModels(_options: FoundationModelsOptions = {}): Adapter {
  return unavailable(foundationModelsProfile);
}

function unavailable(profile: FrameworkProfile): Adapter {
  const { framework, formats, name, platforms } = profile;
  const why = (platform: "node" | "browser" | "react-native") => {
    const support = platforms[platform];
    if (!support.supported) return { reason: support.reason, remedy: support.remedy ?? "Choose a framework that runs here." };
    return {
      reason: "This build was made for another platform than the one it runs on.",
      remedy: "Let the bundler resolve @tenfold/adapter-apple-native with the condition `node` or `react-native`.",
    };
  };
  return {
    framework,
    formats,
    profile,
    probe: async (context) => ({ available: false, ...why(context.platform.name) }),
    async load(_model, context) {
      const { reason, remedy } = why(context.platform.name);
      throw new TenfoldError("framework-unavailable", `${name} does not run here. ${reason}`, { framework, remedy });
    },
  };
}
