export { assembleTokenizer } from "./assemble-tokenizer.ts";
export { type ChatTemplate, type ChatTemplateOptions, createChatTemplate, type RenderOptions, type TemplateDocument } from "./chat-template.ts";
export { checkChatTemplate, type TemplateCheck } from "./check-template.ts";
export { readCompact, writeCompact } from "./compact.ts";
export { type CreateTokenizerOptions, createTokenizer, readTokenizer } from "./create-tokenizer.ts";
export type { AddedToken, TokenizerDefinition, TokenizerSettings } from "./definition.ts";
export { describeTemplate, type TemplateDescription } from "./describe-template.ts";
export {
  createTokenizerRegistry,
  standardProvider,
  type TokenizerCache,
  type TokenizerModel,
  type TokenizerProvider,
  type TokenizerRegistry,
  type TokenizerRegistryOptions,
} from "./registry.ts";
export type { PromptSegment } from "./segments.ts";
export { type TokenizerFormat, tokenizerFormats } from "./sources/detect-format.ts";
export type { TiktokenOptions } from "./sources/tiktoken.ts";
export { toBase64 } from "./text/base64.ts";
export type { DecodeOptions, EncodeOptions, Encoding, SpecialToken, Tokenizer, TokenStream } from "./tokenizer.ts";
export { writeTokenizerJson } from "./write-tokenizer-json.ts";
