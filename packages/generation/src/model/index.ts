export { type ChatPrompts, createChatPrompts } from "./chat-prompts.ts";
export { type ChatModelParts, createChatModel } from "./create-chat-model.ts";
export { createEmbeddingModel, type EmbeddingModelParts, type Pooling } from "./create-embedding-model.ts";
export { createLifetime, type Lifetime } from "./create-lifetime.ts";
export { type GenerationSettings, readGenerationSettings } from "./generation-settings.ts";
export { createPromptText } from "./prompt-text.ts";
export { shownTokenizer } from "./shown-tokenizer.ts";
export { toolCallStyleOf } from "./tool-call-style-of.ts";
