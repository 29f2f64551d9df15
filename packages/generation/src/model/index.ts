export { type ChatModelParts, createChatModel } from "./create-chat-model.ts";
export { createEmbeddingModel, type EmbeddingModelParts, type Pooling } from "./create-embedding-model.ts";
export { type GenerationSettings, readGenerationSettings } from "./generation-settings.ts";
