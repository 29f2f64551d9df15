import { utf8Bytes } from "../text/utf8.ts";
import type { VocabularyIndex } from "../vocabulary-index.ts";

/** Ids of the tokens "<0x00>" to "<0xFF>", -1 for those that the vocabulary lacks. */
export function findByteTokens(index: VocabularyIndex): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => findToken(index, byteToken(byte)));
}

export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** The byte that "<0x61>" stands for, or -1. */
export function byteOfToken(token: string): number {
  return token.length === 6 && /^<0x[0-9a-fA-F]{2}>$/.test(token) ? Number.parseInt(token.slice(3, 5), 16) : -1;
}

export function hasByteTokens(tokens: Int32Array, bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if ((tokens[bytes[at] as number] as number) < 0) return false;
  return true;
}

export function findToken(index: VocabularyIndex, text: string): number {
  const bytes = utf8Bytes(text);
  return index.find(bytes, 0, bytes.length);
}
