export { type ChatModelParts, createChatModel } from "./create-chat-model.ts";
export { createEmbeddingModel, type EmbeddingModelParts, type Pooling } from "./create-embedding-model.ts";
export { createLifetime, type Lifetime } from "./create-lifetime.ts";
export { type GenerationSettings, readGenerationSettings } from "./generation-settings.ts";
export { toolCallStyleOf } from "./tool-call-style-of.ts";
