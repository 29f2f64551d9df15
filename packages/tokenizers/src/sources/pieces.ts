import type { TokenizerDefinition, TokenizerSettings } from "../definition.ts";
import { readLlama2c } from "./llama2c.ts";
import { readSentencePiece } from "./sentencepiece.ts";

/** Reads a SentencePiece model: its own file, or what ExecuTorch makes of it. Throws as either reader does. */
export function readPieces(bytes: Uint8Array, settings: TokenizerSettings): TokenizerDefinition {
  return (bytes[0] === 0x0a ? readSentencePiece : readLlama2c)(bytes, settings);
}
