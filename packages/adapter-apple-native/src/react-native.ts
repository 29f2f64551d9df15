import type { Adapter } from "@tenfold/core";
import { createCoreMlAdapter } from "./core-ml/core-ml-adapter.ts";
import type { CoreMlOptions, FoundationModelsOptions, MlxOptions, SwiftTransformersOptions } from "./factory-options.ts";
import { createFoundationModelsAdapter } from "./foundation-models/foundation-models-adapter.ts";
import { createMlxAdapter } from "./mlx/mlx-adapter.ts";
import { coreMlProfile, foundationModelsProfile, mlxProfile, swiftTransformersProfile } from "./profile.ts";
import { createModuleBinding } from "./react-native/binding.ts";
import { findModule } from "./react-native/find-module.ts";
import { createSwiftTransformersAdapter } from "./swift-transformers/swift-transformers-adapter.ts";

export type * from "./exported-types.ts";
export { foundationModelsManifest } from "./foundation-models/foundation-models-manifest.ts";

const random = Math.random;
const parts = { findModule, random };
const now = () => performance.now();

/** Core ML, through the Expo module TenfoldApple, which is looked for by the first `probe` or `load`. */
export function coreMl(_options: CoreMlOptions = {}): Adapter {
  return createCoreMlAdapter({ binding: createModuleBinding(coreMlProfile, parts), now, random });
}

/** MLX, through the Expo module TenfoldApple, which is looked for by the first `probe` or `load`. */
export function mlx(_options: MlxOptions = {}): Adapter {
  return createMlxAdapter({ binding: createModuleBinding(mlxProfile, parts), now, random });
}

/** Swift Transformers, through the Expo module TenfoldApple, which is looked for by the first `probe` or `load`. */
export function swiftTransformers(_options: SwiftTransformersOptions = {}): Adapter {
  return createSwiftTransformersAdapter({ binding: createModuleBinding(swiftTransformersProfile, parts), now, random });
}

/** The model of iOS itself, through the Expo module TenfoldApple, which is looked for by the first `probe` or `load`. */
export function foundationModels(_options: FoundationModelsOptions = {}): Adapter {
  return createFoundationModelsAdapter({ binding: createModuleBinding(foundationModelsProfile, parts), now });
}
