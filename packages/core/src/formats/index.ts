export type { FormatHandler, ModelFile } from "./format-handler.ts";
export { detectFormat, formatHandlers, validateModel } from "./formats.ts";
