import { invalidTokenizer, shown } from "../invalid-tokenizer.ts";
import { type CharacterSet, createSetTest } from "../patterns/character-set.ts";
import { createMatcher } from "../patterns/matcher.ts";
import { parsePattern } from "../patterns/parse-pattern.ts";
import { type CategoryMask, categories } from "../text/categories.ts";
import { codePointIn, utf8Bytes, utf8Length } from "../text/utf8.ts";
import { categoryAt } from "./category-run.ts";
import { createPieces, type Pieces, pushPiece, type Splitter } from "./pieces.ts";

/** What becomes of the delimiters that a text is split at. */
export type SplitBehavior = "Removed" | "Isolated" | "MergedWithPrevious" | "MergedWithNext" | "Contiguous";
const behaviors: readonly string[] = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"];

export function readBehavior(value: unknown): SplitBehavior {
  if (typeof value === "string" && behaviors.includes(value)) return value as SplitBehavior;
  throw invalidTokenizer(`splits with the behaviour ${shown(value)}, which is none`, "the pre-tokenizer");
}

/** Where a delimiter that begins at `at` ends; `at` or less when none does. */
export type FindDelimiter = (bytes: Uint8Array, at: number, start: number, end: number) => number;

export function delimitByPattern(source: string): FindDelimiter {
  const pattern = parsePattern(source);
  // Runs of characters of one set are common enough to be looked for directly.
  if (pattern.type === "repeat" && pattern.part.type === "set" && pattern.mode === "greedy" && pattern.least === 1)
    return delimitRuns(pattern.part.set, pattern.most);
  const matcher = createMatcher(source);
  return (bytes, at, start, end) => matcher.matchAt(bytes, at, start, end);
}

function delimitRuns(set: CharacterSet, most: number): FindDelimiter {
  const contains = createSetTest(set);
  return (bytes, at, _start, end) => {
    let stop = at;
    for (let count = 0; count < most && stop < end && contains(codePointIn(bytes, stop)); count += 1) stop += utf8Length(bytes[stop] as number);
    return stop;
  };
}

export function delimitByText(text: string): FindDelimiter {
  const wanted = utf8Bytes(text);
  return (bytes, at, _start, end) => {
    if (at + wanted.length > end) return at;
    for (let index = 0; index < wanted.length; index += 1) if (bytes[at + index] !== wanted[index]) return at;
    return at + wanted.length;
  };
}

/** Each character of these categories, or for which `also` holds, is a delimiter of its own. */
export function delimitByCategory(mask: CategoryMask, also?: (byte: number) => boolean): FindDelimiter {
  const table = categories();
  return (bytes, at) => {
    const byte = bytes[at] as number;
    return ((mask >>> categoryAt(table, bytes, at)) & 1) === 1 || also?.(byte) ? at + utf8Length(byte) : at;
  };
}

/** Splits at delimiters. With `invert` the delimiters are what lies between. */
export function createDelimiterSplitter(find: FindDelimiter, behavior: SplitBehavior, invert = false): Splitter {
  const parts = createPieces();
  let delimiters = new Uint8Array(64);

  function addPart(start: number, end: number, isDelimiter: boolean): void {
    if (start === end) return;
    const index = parts.length / 2;
    if (index === delimiters.length) {
      const larger = new Uint8Array(index * 2);
      larger.set(delimiters);
      delimiters = larger;
    }
    delimiters[index] = isDelimiter !== invert ? 1 : 0;
    pushPiece(parts, start, end);
  }

  return (bytes, start, end, pieces) => {
    parts.length = 0;
    let from = start;
    for (let at = start; at < end; ) {
      const stop = find(bytes, at, start, end);
      if (stop <= at) {
        at += utf8Length(bytes[at] as number);
        continue;
      }
      addPart(from, at, false);
      addPart(at, stop, true);
      at = stop;
      from = stop;
    }
    addPart(from, end, false);
    arrange(parts, delimiters, behavior, pieces);
  };
}

/** Of several delimiters in a row only the last goes with what follows, and only the first with what came before. */
function arrange({ bounds, length }: Pieces, delimiters: Uint8Array, behavior: SplitBehavior, pieces: Pieces): void {
  for (let at = 0; at < length; at += 2) {
    const isDelimiter = delimiters[at / 2] === 1;
    const wasDelimiter = at > 0 && delimiters[at / 2 - 1] === 1;
    if (behavior === "Removed" && isDelimiter) continue;
    const joins =
      (behavior === "Contiguous" && isDelimiter === wasDelimiter) ||
      (behavior === "MergedWithPrevious" && isDelimiter && !wasDelimiter) ||
      (behavior === "MergedWithNext" && !isDelimiter && wasDelimiter);
    if (at > 0 && joins) pieces.bounds[pieces.length - 1] = bounds[at + 1] as number;
    else pushPiece(pieces, bounds[at] as number, bounds[at + 1] as number);
  }
}
