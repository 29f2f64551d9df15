import type { Merges } from "../definition.ts";
import { codePointIn, utf8Length } from "../text/utf8.ts";
import { tokenBytes, type Vocabulary } from "../vocabulary.ts";

const bits = 2 ** 22;

/**
 * Says whether two characters may stand side by side inside a token that merges make. Where they may not, a text can be
 * cut without changing its tokens, however the merges go. May say yes for a pair that does not: only a cut is lost.
 */
export interface AdjacentCharacters {
  mayJoin(first: number, second: number): boolean;
}

export function createAdjacentCharacters(vocabulary: Vocabulary, { result }: Merges): AdjacentCharacters {
  const seen = new Uint32Array(bits / 32);
  for (const id of new Set(result)) {
    const token = tokenBytes(vocabulary, id);
    let previous = -1;
    for (let at = 0; at < token.length; at += utf8Length(token[at] as number)) {
      const codePoint = codePointIn(token, at);
      if (previous >= 0) {
        const bit = bitOf(previous, codePoint);
        seen[bit >>> 5] = (seen[bit >>> 5] as number) | (1 << (bit & 31));
      }
      previous = codePoint;
    }
  }
  return {
    mayJoin(first, second) {
      const bit = bitOf(first, second);
      return (((seen[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1;
    },
  };
}

function bitOf(first: number, second: number): number {
  const hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) & (bits - 1);
}
