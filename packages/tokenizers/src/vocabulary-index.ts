import type { Vocabulary } from "./vocabulary.ts";

/** Finds the id of a token by its bytes. */
export interface VocabularyIndex {
  /** The id of the token that the bytes `[start, end)` spell, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number;
}

export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** The least power of two that leaves a third of the slots free: larger tables cost more in cache misses than they save in steps. */
export function slotsFor(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(count, 8) * 1.5));
}

/** @param includes which tokens can be found; all that are not empty without it. Of two equal tokens the one with the higher id is. */
export function createVocabularyIndex({ size, bytes: all, offsets }: Vocabulary, includes?: (id: number) => boolean): VocabularyIndex {
  const mask = slotsFor(size) - 1;
  /** Pairs of hash and id + 1. */
  const slots = new Int32Array((mask + 1) * 2);

  function sameAsToken(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = offsets[id] as number;
    if ((offsets[id + 1] as number) - from !== end - start) return false;
    for (let index = 0; index < end - start; index += 1) if (all[from + index] !== bytes[start + index]) return false;
    return true;
  }

  for (let id = 0; id < size; id += 1) {
    const start = offsets[id] as number;
    const end = offsets[id + 1] as number;
    if (start === end || (includes && !includes(id))) continue;
    const hash = hashBytes(all, start, end);
    let slot = hash & mask;
    while (slots[slot * 2 + 1] !== 0) {
      if (slots[slot * 2] === hash && sameAsToken((slots[slot * 2 + 1] as number) - 1, all, start, end)) break;
      slot = (slot + 1) & mask;
    }
    slots[slot * 2] = hash;
    slots[slot * 2 + 1] = id + 1;
  }

  return {
    find(bytes, start, end) {
      const hash = hashBytes(bytes, start, end);
      for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
        const found = slots[slot * 2 + 1] as number;
        if (found === 0) return -1;
        if (slots[slot * 2] === hash && sameAsToken(found - 1, bytes, start, end)) return found - 1;
      }
    },
  };
}
