import { type Adapter, createUnavailableAdapter } from "@tenfold/core";
import type { CoreMlOptions, FoundationModelsOptions, MlxOptions, SwiftTransformersOptions } from "./factory-options.ts";
import { coreMlProfile, foundationModelsProfile, mlxProfile, swiftTransformersProfile } from "./profile.ts";

export type * from "./exported-types.ts";
export { foundationModelsManifest } from "./foundation-models/foundation-models-manifest.ts";

/** Core ML where there is no binding for it: says so, and why. */
export function coreMl(_options: CoreMlOptions = {}): Adapter {
  return createUnavailableAdapter(coreMlProfile);
}

/** MLX where there is no binding for it: says so, and why. */
export function mlx(_options: MlxOptions = {}): Adapter {
  return createUnavailableAdapter(mlxProfile);
}

/** Swift Transformers where there is no binding for it: says so, and why. */
export function swiftTransformers(_options: SwiftTransformersOptions = {}): Adapter {
  return createUnavailableAdapter(swiftTransformersProfile);
}

/** Apple's Foundation Models where there is no binding for them: says so, and why. */
export function foundationModels(_options: FoundationModelsOptions = {}): Adapter {
  return createUnavailableAdapter(foundationModelsProfile);
}
