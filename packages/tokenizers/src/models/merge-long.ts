import { type MergeTable, rankAt, resultAt } from "./merge-table.ts";
import { noRank, type Symbols } from "./symbols.ts";

/** Positions stand below ranks in a key of the heap; both together are exact in a double. */
const positions = 2 ** 31;

/** Does the merges of a word of any length in time n log n, in the same order as `mergeShort`. */
export function mergeLong(symbols: Symbols, table: MergeTable): void {
  const { ids, lengths, ranks, results, length } = symbols;
  const { slots } = table;
  const next = new Int32Array(length);
  const previous = new Int32Array(length);
  const heap = createHeap(length);

  function look(index: number): void {
    const other = next[index] as number;
    const at = other < length ? table.find(ids[index] as number, ids[other] as number) : -1;
    ranks[index] = at < 0 ? noRank : (slots[at + rankAt] as number);
    if (at < 0) return;
    results[index] = slots[at + resultAt] as number;
    heap.push((slots[at + rankAt] as number) * positions + index);
  }

  for (let index = 0; index < length; index += 1) {
    next[index] = index + 1;
    previous[index] = index - 1;
  }
  for (let index = 0; index < length; index += 1) look(index);
  for (let key = heap.pop(); key >= 0; key = heap.pop()) {
    const index = key % positions;
    // The pair has changed since it was put into the heap, or is part of another by now.
    if (ranks[index] !== Math.floor(key / positions) || lengths[index] === 0) continue;
    const absorbed = next[index] as number;
    const after = next[absorbed] as number;
    ids[index] = results[index] as number;
    lengths[index] = (lengths[index] as number) + (lengths[absorbed] as number);
    lengths[absorbed] = 0;
    ranks[absorbed] = noRank;
    next[index] = after;
    if (after < length) previous[after] = index;
    look(index);
    const before = previous[index] as number;
    if (before >= 0) look(before);
  }

  let kept = 0;
  for (let index = 0; index < length; index = next[index] as number) {
    ids[kept] = ids[index] as number;
    lengths[kept] = lengths[index] as number;
    kept += 1;
  }
  symbols.length = kept;
}

/** A binary heap of numbers that are not negative, the least first; `pop` gives -1 when it is empty. */
function createHeap(capacity: number) {
  let keys = new Float64Array(capacity + 1);
  let size = 0;

  return {
    push(key: number): void {
      if (size === keys.length) {
        const larger = new Float64Array(keys.length * 2);
        larger.set(keys);
        keys = larger;
      }
      let at = size;
      size += 1;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if ((keys[parent] as number) <= key) break;
        keys[at] = keys[parent] as number;
        at = parent;
      }
      keys[at] = key;
    },
    pop(): number {
      if (size === 0) return -1;
      const least = keys[0] as number;
      size -= 1;
      const moved = keys[size] as number;
      let at = 0;
      for (let child = 1; child < size; child = at * 2 + 1) {
        if (child + 1 < size && (keys[child + 1] as number) < (keys[child] as number)) child += 1;
        if ((keys[child] as number) >= moved) break;
        keys[at] = keys[child] as number;
        at = child;
      }
      keys[at] = moved;
      return least;
    },
  };
}
