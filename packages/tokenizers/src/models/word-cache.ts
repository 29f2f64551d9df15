import { reserveTokens, type TokenSink } from "./token-sink.ts";

const entries = 2 ** 16;
const keyBytes = 2 ** 20;
const idCount = 2 ** 18;
/** Longer words hardly come twice. */
export const longestCachedWord = 64;

/** Remembers the tokens of words, in about 3 MB, whatever the text. */
export interface WordCache {
  /** Appends the tokens of the word, if they are known. */
  get(bytes: Uint8Array, start: number, end: number, hash: number, sink: TokenSink): boolean;
  /** Remembers the tokens that `sink` holds from `from` on. */
  put(bytes: Uint8Array, start: number, end: number, hash: number, sink: TokenSink, from: number): void;
}

export function createWordCache(): WordCache {
  /** For each entry: hash, where its key begins, its length, where its ids begin, how many there are. */
  const table = new Int32Array(entries * 5);
  const keys = new Uint8Array(keyBytes);
  const ids = new Int32Array(idCount);
  let keysUsed = 0;
  let idsUsed = 0;

  return {
    get(bytes, start, end, hash, sink) {
      const entry = (hash & (entries - 1)) * 5;
      const length = end - start;
      if (table[entry] !== hash || table[entry + 2] !== length) return false;
      const key = table[entry + 1] as number;
      for (let index = 0; index < length; index += 1) if (keys[key + index] !== bytes[start + index]) return false;
      const from = table[entry + 3] as number;
      const count = table[entry + 4] as number;
      if (sink.length + count > sink.ids.length) reserveTokens(sink, count);
      for (let index = 0; index < count; index += 1) sink.ids[sink.length + index] = ids[from + index] as number;
      sink.length += count;
      return true;
    },
    put(bytes, start, end, hash, sink, from) {
      const length = end - start;
      const count = sink.length - from;
      if (keysUsed + length > keyBytes || idsUsed + count > idCount) {
        table.fill(0);
        keysUsed = 0;
        idsUsed = 0;
      }
      if (count > idCount) return;
      const entry = (hash & (entries - 1)) * 5;
      for (let index = 0; index < length; index += 1) keys[keysUsed + index] = bytes[start + index] as number;
      for (let index = 0; index < count; index += 1) ids[idsUsed + index] = sink.ids[from + index] as number;
      table[entry] = hash;
      table[entry + 1] = keysUsed;
      table[entry + 2] = length;
      table[entry + 3] = idsUsed;
      table[entry + 4] = count;
      keysUsed += length;
      idsUsed += count;
    },
  };
}
