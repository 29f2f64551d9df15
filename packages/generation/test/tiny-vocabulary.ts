import { readFileSync } from "node:fs";
import type { Vocabulary } from "../src/vocabulary.ts";

const models = new URL("../../adapter-testkit/models/tenfold-tiny/", import.meta.url);

interface TokenizerFile {
  model: { vocab: Record<string, number> };
  added_tokens: readonly { id: number; content: string; special: boolean }[];
}

/** The tiny model's tokens as bytes, from its tokenizer.json. */
export function createTinyVocabulary(): Vocabulary & { decode(tokens: readonly number[]): string; idOf(text: string): number } {
  const file = JSON.parse(readFileSync(new URL("hf/tokenizer.json", models), "utf8")) as TokenizerFile;
  const bytes: Uint8Array[] = [];
  for (const [spelling, id] of Object.entries(file.model.vocab)) bytes[id] = Uint8Array.from(spelling, byteOfCharacter);
  const special = new Set<number>();
  for (const { id, content, special: isSpecial } of file.added_tokens) {
    bytes[id] = new TextEncoder().encode(content);
    if (isSpecial) special.add(id);
  }
  return {
    size: bytes.length,
    bytesOf: (token) => bytes[token] ?? new Uint8Array(0),
    isSpecial: (token) => special.has(token),
    decode: (tokens) =>
      new TextDecoder().decode(Buffer.concat(tokens.filter((token) => !special.has(token)).map((token) => bytes[token] ?? new Uint8Array(0)))),
    idOf: (text) => bytes.findIndex((one) => new TextDecoder().decode(one) === text),
  };
}

/** GPT-2 spells bytes that are no visible character with characters from U+0100 on. */
function byteOfCharacter(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 256) return code;
  let next = 256;
  for (let byte = 0; byte < 256; byte += 1) {
    const visible = (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
    if (visible) continue;
    if (next === code) return byte;
    next += 1;
  }
  throw new Error(`${character} stands for no byte.`);
}
