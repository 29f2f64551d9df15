import {
  type CategoryMask,
  categories,
  letters,
  lineBreaks,
  lowerOrUncased,
  marks,
  not,
  numbers,
  punctuation,
  symbols,
  upperOrUncased,
  whiteSpace,
} from "../text/categories.ts";
import { utf8Length } from "../text/utf8.ts";
import { boundedRunEnd, categoryAt, runEnd } from "./category-run.ts";
import { contractionEnd } from "./contraction.ts";
import { pushPiece, type Splitter } from "./pieces.ts";

/** How the well-known expressions of byte-level tokenizers differ. All begin with words, go on with numbers and signs, and end with white space. */
export interface WordRules {
  /** "'s" and its kind: not at all, as words of their own, or as the end of a word; in small letters only, or in any. */
  contractions: "none" | "lower-case" | "any-case" | "suffix";
  /** What a word is made of: letters, letters and marks, or capitals before small letters. */
  word: "letters" | "letters-and-marks" | "cased";
  /** What may stand before a word and belong to it: a space, or any character that is no letter, number or line break. */
  before: "space" | "any" | "no-sign";
  /** Digits of one number, and whether a space may belong to it. */
  digits: number;
  /** What a run of signs takes with it. */
  after: "nothing" | "line-breaks" | "line-breaks-and-slashes";
  /** Signs are punctuation and symbols, rather than all that is no letter, number or white space. */
  strictSigns?: boolean;
}

/** Cuts as the expression with these rules would, without backtracking. */
export function createWordSplitter({ contractions, word, before, digits, after, strictSigns = false }: WordRules): Splitter {
  const table = categories();
  const wordMask = word === "letters-and-marks" ? letters | marks : letters;
  const signs: CategoryMask = strictSigns ? punctuation | symbols : not(whiteSpace | wordMask | numbers);
  const breaks: CategoryMask = before === "space" ? 0 : lineBreaks;
  const prefixes: CategoryMask = before === "no-sign" ? not(lineBreaks | letters | punctuation | symbols) : not(lineBreaks | letters | numbers);
  const has = (mask: CategoryMask, category: number) => ((mask >>> category) & 1) === 1;

  /** `[U]*[L]+` or `[U]+[L]*`, whichever the expression tries first; `at` when neither matches. */
  function casedEnd(bytes: Uint8Array, at: number, end: number, lower: boolean): number {
    let stop = at;
    let lastUncased = at;
    while (stop < end) {
      const category = categoryAt(table, bytes, stop);
      if (!has(upperOrUncased, category)) break;
      stop += utf8Length(bytes[stop] as number);
      if (has(lowerOrUncased, category)) lastUncased = stop;
    }
    const small = runEnd(table, lowerOrUncased, bytes, stop, end);
    if (lower) return small > stop ? small : lastUncased;
    return stop > at ? small : at;
  }

  function casedWordEnd(bytes: Uint8Array, at: number, afterPrefix: number, end: number): number {
    for (const lower of [true, false]) {
      if (afterPrefix > at) {
        const stop = casedEnd(bytes, afterPrefix, end, lower);
        if (stop > afterPrefix) return stop;
      }
      const stop = casedEnd(bytes, at, end, lower);
      if (stop > at) return stop;
    }
    return at;
  }

  function wordEnd(bytes: Uint8Array, at: number, end: number, category: number): number {
    const mayPrecede = before === "space" ? bytes[at] === 0x20 : has(prefixes, category);
    const afterPrefix = mayPrecede ? at + utf8Length(bytes[at] as number) : at;
    if (word === "cased") {
      const stop = casedWordEnd(bytes, at, afterPrefix, end);
      return stop > at && contractions === "suffix" ? Math.max(stop, contractionEnd(bytes, stop, end, true)) : stop;
    }
    const stop = runEnd(table, wordMask, bytes, afterPrefix, end);
    if (stop > afterPrefix) return stop;
    return afterPrefix > at ? runEnd(table, wordMask, bytes, at, end) : at;
  }

  function signsEnd(bytes: Uint8Array, at: number, end: number): number {
    const from = bytes[at] === 0x20 ? at + 1 : at;
    const stop = runEnd(table, signs, bytes, from, end);
    if (stop === from) return at;
    if (after === "line-breaks") return runEnd(table, lineBreaks, bytes, stop, end);
    let behind = stop;
    if (after !== "nothing") while (behind < end && (bytes[behind] === 0x0a || bytes[behind] === 0x0d || bytes[behind] === 0x2f)) behind += 1;
    return behind;
  }

  function spaceEnd(bytes: Uint8Array, at: number, end: number): number {
    let stop = at;
    let lastStart = at;
    let behindBreak = at;
    while (stop < end) {
      const category = categoryAt(table, bytes, stop);
      if (!has(whiteSpace, category)) break;
      lastStart = stop;
      stop += utf8Length(bytes[stop] as number);
      if (has(breaks, category)) behindBreak = stop;
    }
    if (behindBreak > at) return behindBreak;
    // All but the last character, which belongs to what follows.
    return stop < end && lastStart > at ? lastStart : stop;
  }

  function matchEnd(bytes: Uint8Array, at: number, end: number): number {
    const category = categoryAt(table, bytes, at);
    if (bytes[at] === 0x27 && (contractions === "lower-case" || contractions === "any-case")) {
      const stop = contractionEnd(bytes, at, end, contractions === "any-case");
      if (stop > at) return stop;
    }
    if (strictSigns && has(signs, category) && (bytes[at] as number) < 0x80) {
      const stop = asciiLettersEnd(bytes, at + 1, end);
      if (stop > at + 1) return stop;
    }
    const behindWord = wordEnd(bytes, at, end, category);
    if (behindWord > at) return behindWord;
    if (digits > 0) {
      const from = before === "space" && bytes[at] === 0x20 ? at + 1 : at;
      const stop = boundedRunEnd(numbers, bytes, from, end, digits);
      if (stop > from) return stop;
    }
    const behindSigns = signsEnd(bytes, at, end);
    return behindSigns > at ? behindSigns : spaceEnd(bytes, at, end);
  }

  return (bytes, start, end, pieces) => {
    for (let at = start; at < end; ) {
      let stop = matchEnd(bytes, at, end);
      // What no rule takes stays together until one does.
      if (stop === at) {
        do stop += utf8Length(bytes[stop] as number);
        while (stop < end && matchEnd(bytes, stop, end) === stop);
      }
      pushPiece(pieces, at, stop);
      at = stop;
    }
  };
}

function asciiLettersEnd(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && (((bytes[stop] as number) | 0x20) - 0x61) >>> 0 < 26) stop += 1;
  return stop;
}
