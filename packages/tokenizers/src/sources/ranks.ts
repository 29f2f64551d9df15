import type { TokenizerDefinition, TokenizerSettings } from "../definition.ts";
import { readTekken } from "./tekken.ts";
import { readTiktoken, type TiktokenOptions } from "./tiktoken.ts";

/** Reads a vocabulary of ranks: a line for each, or Mistral's JSON. Throws as either reader does. */
export function readRanks(text: string, settings: TokenizerSettings, options?: TiktokenOptions): TokenizerDefinition {
  return /^\s*\{/.test(text) ? readTekken(text, settings) : readTiktoken(text, settings, options);
}
