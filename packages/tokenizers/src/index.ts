export { type ChatTemplate, type ChatTemplateOptions, createChatTemplate, type RenderOptions } from "./chat-template.ts";
export { describeTemplate, type TemplateDescription } from "./describe-template.ts";
export type { PromptSegment } from "./segments.ts";
