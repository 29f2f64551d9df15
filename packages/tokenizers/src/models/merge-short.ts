import { type MergeTable, rankAt, resultAt } from "./merge-table.ts";
import { noRank, type Symbols } from "./symbols.ts";

/** Words of up to this many symbols are merged by looking at all of them each time, which is faster than a heap. */
export const shortWord = 96;

/** Does all merges of a short word, the lowest rank first and from left to right. Leaves the symbols that remain. */
export function mergeShort(symbols: Symbols, table: MergeTable): void {
  const { ids, lengths, ranks, results } = symbols;
  let last = symbols.length - 1;
  for (let index = 0; index < last; index += 1) look(symbols, table, index);
  while (last > 0) {
    let best = 0;
    let bestRank = ranks[0] as number;
    for (let index = 1; index < last; index += 1) {
      if ((ranks[index] as number) < bestRank) {
        bestRank = ranks[index] as number;
        best = index;
      }
    }
    if (bestRank === noRank) break;
    ids[best] = results[best] as number;
    lengths[best] = (lengths[best] as number) + (lengths[best + 1] as number);
    last -= 1;
    for (let index = best + 1; index <= last; index += 1) {
      ids[index] = ids[index + 1] as number;
      lengths[index] = lengths[index + 1] as number;
      ranks[index] = ranks[index + 1] as number;
      results[index] = results[index + 1] as number;
    }
    if (best < last) look(symbols, table, best);
    if (best > 0) look(symbols, table, best - 1);
  }
  symbols.length = last + 1;
}

/** Notes the merge of a symbol with the next. A function of its own: one made for each word would cost more than what it does. */
function look({ ids, ranks, results }: Symbols, { find, slots }: MergeTable, index: number): void {
  const at = find(ids[index] as number, ids[index + 1] as number);
  ranks[index] = at < 0 ? noRank : (slots[at + rankAt] as number);
  if (at >= 0) results[index] = slots[at + resultAt] as number;
}
