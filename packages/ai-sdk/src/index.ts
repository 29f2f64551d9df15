export { type LoadProgress, loadProgressMetadata } from "./load-progress.ts";
export { createTenfoldProvider, type ModelLoadOptions, type NamedModel, type TenfoldProvider, type TenfoldProviderOptions } from "./provider.ts";
export type { TenfoldEmbeddingModelOptions, TenfoldLanguageModelOptions } from "./provider-options.ts";
