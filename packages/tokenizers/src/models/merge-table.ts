import type { Merges } from "../definition.ts";
import { slotsFor } from "../vocabulary-index.ts";

/** Looks up merges: a slot number, whose rank and result stand in `slots`. */
export interface MergeTable {
  /** Four numbers for each slot: left, right, rank, result. */
  readonly slots: Int32Array;
  /** Where the entry of a pair begins in `slots`, or -1. */
  find(left: number, right: number): number;
}

export const rankAt = 2;
export const resultAt = 3;

/** A pair that is listed twice has the later rank, as in the reference implementation. */
export function createMergeTable({ left, right, result, ranks }: Merges): MergeTable {
  const mask = slotsFor(left.length) - 1;
  const slots = new Int32Array((mask + 1) * 4).fill(-1);

  for (let index = 0; index < left.length; index += 1) {
    const first = left[index] as number;
    const second = right[index] as number;
    let at = (hashPair(first, second) & mask) * 4;
    while (slots[at] !== -1 && (slots[at] !== first || slots[at + 1] !== second)) at = (at + 4) & (mask * 4 + 3);
    slots[at] = first;
    slots[at + 1] = second;
    slots[at + rankAt] = ranks ? (ranks[index] as number) : index;
    slots[at + resultAt] = result[index] as number;
  }

  return {
    slots,
    find(first, second) {
      for (let at = (hashPair(first, second) & mask) * 4; ; at = (at + 4) & (mask * 4 + 3)) {
        const found = slots[at] as number;
        if (found === first && slots[at + 1] === second) return at;
        if (found === -1) return -1;
      }
    },
  };
}

export function hashPair(left: number, right: number): number {
  const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  return hash ^ (hash >>> 15);
}
