import type { Vocabulary } from "../src/vocabulary.ts";

/** Every byte, and pieces as tokenizers make them of JSON: across borders of strings and members. The last token ends an answer. */
export const pieces = [
  ...[
    '{"',
    '"}',
    '":',
    '": ',
    '", "',
    '","',
    '":"',
    '"]',
    "]}",
    "}}",
    "},{",
    '"},',
    "[[",
    "[]",
    "{}",
    "true",
    "false",
    "null",
    "ru",
    "tr",
    ": ",
    ", ",
    "\n  ",
    "  ",
  ],
  ...[
    "10",
    "123",
    "99",
    ".5",
    "0.",
    "-1",
    "e1",
    "name",
    "id",
    " the",
    "über",
    "日本",
    "😀",
    '\\"',
    "\\n",
    "\\u00",
    "abc",
    "a",
    "b",
    "20",
    "2024-0",
    "-01-",
    "T12:",
  ],
];

export function createPieceVocabulary(more: readonly string[] = []): Vocabulary & { endToken: number; textOf(tokens: readonly number[]): string } {
  const bytes = [...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)), ...[...pieces, ...more].map((piece) => new TextEncoder().encode(piece))];
  const endToken = bytes.length;
  const bytesOf = (token: number) => bytes[token] ?? new Uint8Array(0);
  return {
    size: bytes.length + 1,
    endToken,
    bytesOf,
    isSpecial: (token) => token === endToken,
    textOf: (tokens) => new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(tokens.map(bytesOf))),
  };
}
