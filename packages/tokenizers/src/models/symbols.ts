/** The symbols of a word while they are merged: scratch space that only grows, used again for each word. */
export interface Symbols {
  ids: Int32Array;
  /** Bytes of the word that each stands for. */
  lengths: Int32Array;
  /** Rank of the merge with the next symbol; `noRank` when there is none. */
  ranks: Int32Array;
  /** What that merge gives. */
  results: Int32Array;
  length: number;
}

export const noRank = 0x7fffffff;

export function createSymbols(): Symbols {
  const capacity = 256;
  return {
    ids: new Int32Array(capacity),
    lengths: new Int32Array(capacity),
    ranks: new Int32Array(capacity),
    results: new Int32Array(capacity),
    length: 0,
  };
}

/** Empties the symbols and makes room for `count`. */
export function clearSymbols(symbols: Symbols, count: number): void {
  symbols.length = 0;
  if (symbols.ids.length >= count) return;
  symbols.ids = new Int32Array(count * 2);
  symbols.lengths = new Int32Array(count * 2);
  symbols.ranks = new Int32Array(count * 2);
  symbols.results = new Int32Array(count * 2);
}

export function pushSymbol(symbols: Symbols, id: number, length: number): void {
  symbols.ids[symbols.length] = id;
  symbols.lengths[symbols.length] = length;
  symbols.length += 1;
}
