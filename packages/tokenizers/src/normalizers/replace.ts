import { createMatcher } from "../patterns/matcher.ts";
import { type AlignedText, encodeAligned } from "../text/aligned-text.ts";
import { utf8Length } from "../text/utf8.ts";
import type { Normalizer } from "./normalizer.ts";
import { fromAlign } from "./simple.ts";

/** Puts `content` in place of each `pattern`, which is plain text. */
export function createTextReplace(pattern: string, content: string): Normalizer {
  const wanted = [...pattern].map((character) => character.codePointAt(0) ?? 0);
  return {
    apply: (text) => (pattern === "" || !text.includes(pattern) ? text : text.split(pattern).join(content)),
    align: (text) =>
      replaceAligned(text, content, (at) =>
        wanted.length > 0 && wanted.every((codePoint, index) => text.codePoints[at + index] === codePoint) ? wanted.length : 0,
      ),
  };
}

/** The same for an expression. */
export function createPatternReplace(source: string, content: string): Normalizer {
  const matcher = createMatcher(source);
  return fromAlign((text) => {
    const { bytes, characters } = encodeAligned(text);
    const places = new Int32Array(text.codePoints.length + 1);
    for (let at = 0; at < bytes.length; at += utf8Length(bytes[at] as number)) places[characters[at] as number] = at;
    return replaceAligned(text, content, (at) => {
      const end = matcher.matchAt(bytes, places[at] as number, 0, bytes.length);
      return end < 0 ? 0 : (characters[end] as number) - at;
    });
  });
}

/** What comes in has the place of the last character that goes. */
function replaceAligned(text: AlignedText, content: string, matchAt: (at: number) => number): AlignedText {
  const added = [...content].map((character) => character.codePointAt(0) ?? 0);
  const codePoints: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < text.codePoints.length; ) {
    const length = matchAt(at);
    const from = length === 0 ? at : at + length - 1;
    for (const codePoint of length === 0 ? [text.codePoints[at] as number] : added) {
      codePoints.push(codePoint);
      starts.push(text.starts[from] as number);
      ends.push(text.ends[from] as number);
    }
    at += Math.max(1, length);
  }
  return { codePoints, starts, ends };
}
