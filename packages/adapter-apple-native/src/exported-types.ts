export type { CoreMlFrameworkOptions } from "./core-ml/options.ts";
export type { AppleOptions, CoreMlOptions, FoundationModelsOptions, MlxOptions, SwiftTransformersOptions } from "./factory-options.ts";
export type { FoundationModelsFrameworkOptions } from "./foundation-models/foundation-models-adapter.ts";
export type { MlxFrameworkOptions } from "./mlx/options.ts";
