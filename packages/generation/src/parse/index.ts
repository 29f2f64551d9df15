export { type AnswerEvent, type AnswerParser, type AnswerParserOptions, createAnswerParser, thinkTags } from "./answer-parser.ts";
export { createGenerationClock, type GenerationClock } from "./generation-clock.ts";
export { createPatternScanner, type PatternMatch, type PatternScanner } from "./pattern-scanner.ts";
export { createTokenText, type TokenText } from "./token-text.ts";
export { gemmaTags, hermesTags, llamaTags, mistralTags, plainJsonCalls, type ToolCallStyle } from "./tool-call-styles.ts";
