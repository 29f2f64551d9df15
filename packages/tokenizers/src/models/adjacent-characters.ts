import type { Merges } from "../definition.ts";
import { codePointIn, utf8Length } from "../text/utf8.ts";
import type { Vocabulary } from "../vocabulary.ts";

export const adjacencyBits: number = 2 ** 22;
const bits = adjacencyBits;

/**
 * Says whether two characters may stand side by side inside a token that merges make. Where they may not, a text can be
 * cut without changing its tokens, however the merges go. May say yes for a pair that does not: only a cut is lost.
 */
export interface AdjacentCharacters {
  mayJoin(first: number, second: number): boolean;
}

/** The pairs of neighbours in tokens that merges make, as bits by hash. */
export function findAdjacentCharacters({ bytes, offsets, size }: Vocabulary, { result }: Merges): Uint32Array {
  const seen = new Uint32Array(bits / 32);
  const made = new Uint8Array(size);
  for (let index = 0; index < result.length; index += 1) made[result[index] as number] = 1;
  for (let id = 0; id < size; id += 1) {
    if (made[id] === 0) continue;
    const end = offsets[id + 1] as number;
    let previous = -1;
    for (let at = offsets[id] as number; at < end; at += utf8Length(bytes[at] as number)) {
      const codePoint = codePointIn(bytes, at);
      if (previous >= 0) {
        const bit = bitOf(previous, codePoint);
        seen[bit >>> 5] = (seen[bit >>> 5] as number) | (1 << (bit & 31));
      }
      previous = codePoint;
    }
  }
  return seen;
}

export function createAdjacentCharacters(seen: Uint32Array): AdjacentCharacters {
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
