import type { Vocabulary } from "../vocabulary.ts";

/** All tokens of a vocabulary by their bytes, in the order of a walk: behind each place stand those below it. */
export interface TokenTrie {
  /** Places; the first is 0. */
  readonly size: number;
  /** The byte that leads to a place. */
  readonly bytes: Uint8Array;
  /** Bytes from the beginning of a token to a place, at least 1. */
  readonly depths: Uint16Array;
  /** The first place that is not below this one. */
  readonly ends: Int32Array;
  /** A token that ends here, or -1; others follow in `nextTokens`. */
  readonly tokens: Int32Array;
  /** Another token with the same bytes, or -1. */
  readonly nextTokens: Int32Array;
  readonly maxDepth: number;
  /** Words of a mask. */
  readonly maskWords: number;
}

/** Longer tokens are runs of spaces and the like, which a constraint can do without. */
const maxTokenBytes = 1024;

/** Special tokens and such without bytes are left out. */
export function createTokenTrie(vocabulary: Vocabulary): TokenTrie {
  // One character for each byte: engines compare strings faster than we could compare arrays.
  const spelled: { token: number; bytes: Uint8Array; key: string }[] = [];
  let total = 0;
  for (let token = 0; token < vocabulary.size; token += 1) {
    if (vocabulary.isSpecial(token)) continue;
    const bytes = vocabulary.bytesOf(token);
    if (bytes.length === 0 || bytes.length > maxTokenBytes) continue;
    spelled.push({ token, bytes, key: String.fromCharCode(...bytes) });
    total += bytes.length;
  }
  spelled.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.token - b.token));

  const bytes = new Uint8Array(total);
  const depths = new Uint16Array(total);
  const ends = new Int32Array(total);
  const tokens = new Int32Array(total).fill(-1);
  const nextTokens = new Int32Array(vocabulary.size).fill(-1);
  /** The places from the beginning to the last one. */
  const path: number[] = [];
  let size = 0;
  let maxDepth = 0;
  let before: Uint8Array = new Uint8Array(0);
  for (const { token, bytes: own } of spelled) {
    let common = 0;
    while (common < before.length && common < own.length && before[common] === own[common]) common += 1;
    while (path.length > common) ends[path.pop() ?? 0] = size;
    for (let index = common; index < own.length; index += 1) {
      bytes[size] = own[index] ?? 0;
      depths[size] = index + 1;
      path.push(size);
      size += 1;
    }
    maxDepth = Math.max(maxDepth, own.length);
    const last = path.at(-1) ?? 0;
    nextTokens[token] = tokens[last] ?? -1;
    tokens[last] = token;
    before = own;
  }
  for (const place of path) ends[place] = size;
  return {
    size,
    bytes: bytes.slice(0, size),
    depths: depths.slice(0, size),
    ends: ends.slice(0, size),
    tokens: tokens.slice(0, size),
    nextTokens,
    maxDepth,
    maskWords: Math.ceil(vocabulary.size / 32),
  };
}
