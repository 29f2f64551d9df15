import type { Merges } from "../definition.ts";
import { invalidTokenizer, shown } from "../invalid-tokenizer.ts";
import { limits } from "../limits.ts";

/**
 * Reads merges as lists of two tokens or as two tokens with a space between.
 * @throws TenfoldError `invalid-format` naming the merge whose tokens the vocabulary lacks.
 */
export function readMerges(list: readonly unknown[], ids: ReadonlyMap<string, number>, continuingPrefix: string): Merges {
  if (list.length > limits.merges) throw invalidTokenizer(`are ${list.length}; ${limits.merges} is the most`, "the merges");
  const merges = { left: new Int32Array(list.length), right: new Int32Array(list.length), result: new Int32Array(list.length) };
  for (const [rank, entry] of list.entries()) {
    const pair = typeof entry === "string" ? entry.split(" ") : entry;
    const [first, second] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    if (typeof first !== "string" || typeof second !== "string") throw invalidTokenizer(`is ${shown(entry)}, expected two tokens`, `merge ${rank}`);
    const joined = first + second.slice(continuingPrefix.length);
    const [left, right, result] = [ids.get(first), ids.get(second), ids.get(joined)];
    if (left === undefined || right === undefined || result === undefined) {
      const missing = left === undefined ? first : right === undefined ? second : joined;
      throw invalidTokenizer(`needs the token ${shown(missing)}, which is not in the vocabulary`, `merge ${rank}`);
    }
    merges.left[rank] = left;
    merges.right[rank] = right;
    merges.result[rank] = result;
  }
  return merges;
}
