import type { CodePointRange } from "./expression.ts";

/** Ranges of bytes, one for each byte of a character. */
export type ByteSequence = readonly (readonly [first: number, last: number])[];

const lengthLimits = [0x7f, 0x7ff, 0xffff, 0x10ffff] as const;

/** What UTF-8 writes for a range of code points without surrogates: sequences that together match its characters and nothing else. */
export function utf8Sequences([first, last]: CodePointRange): ByteSequence[] {
  for (const limit of lengthLimits) if (first <= limit && last > limit) return [...utf8Sequences([first, limit]), ...utf8Sequences([limit + 1, last])];
  if (last <= 0x7f) return [[[first, last]]];
  // Where the ends differ in an upper byte, all bytes below must be free to be anything.
  for (const bits of [18, 12, 6]) {
    const below = 2 ** bits - 1;
    if (first >> bits === last >> bits) continue;
    if ((first & below) !== 0) return [...utf8Sequences([first, first | below]), ...utf8Sequences([(first | below) + 1, last])];
    if ((last & below) !== below) return [...utf8Sequences([first, (last & ~below) - 1]), ...utf8Sequences([last & ~below, last])];
  }
  const low = encoded(first);
  const high = encoded(last);
  return [low.map((byte, index) => [byte, high[index] ?? byte] as const)];
}

function encoded(codePoint: number): number[] {
  if (codePoint <= 0x7ff) return [0xc0 | (codePoint >> 6), 0x80 | (codePoint & 63)];
  if (codePoint <= 0xffff) return [0xe0 | (codePoint >> 12), 0x80 | ((codePoint >> 6) & 63), 0x80 | (codePoint & 63)];
  return [0xf0 | (codePoint >> 18), 0x80 | ((codePoint >> 12) & 63), 0x80 | ((codePoint >> 6) & 63), 0x80 | (codePoint & 63)];
}
