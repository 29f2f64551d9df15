import { type CategoryMask, categories, lineBreaks, maskOfProperty, not, whiteSpace } from "../text/categories.ts";

/** A set of characters: whole categories, and ranges of code points. */
export interface CharacterSet {
  mask: CategoryMask;
  /** First and last of each range, one after the other. */
  ranges: number[];
  negated: boolean;
}

/** Word characters, as the expressions of tokenizers mean `\w`. */
const wordMask: CategoryMask = ["L", "M", "N", "Pc"].reduce((mask, name) => mask | (maskOfProperty(name) ?? 0), 0);
const classes: Readonly<Record<string, CategoryMask>> = { s: whiteSpace, d: maskOfProperty("Nd") ?? 0, w: wordMask };

/** The mask of `\s`, `\d`, `\w` and their opposites; undefined for any other letter. */
export function maskOfClass(letter: string): CategoryMask | undefined {
  const mask = classes[letter.toLowerCase()];
  if (mask === undefined) return undefined;
  return letter === letter.toLowerCase() ? mask : not(mask);
}

/** Everything but line feed, as `.` means it. */
export const anyCharacter: CharacterSet = { mask: 0, ranges: [0x0a, 0x0a], negated: true };
export const lineEnds = lineBreaks;

export function contains({ mask, ranges, negated }: CharacterSet, codePoint: number): boolean {
  if (((mask >>> (categories()[codePoint] as number)) & 1) === 1) return !negated;
  for (let index = 0; index < ranges.length; index += 2) {
    if (codePoint >= (ranges[index] as number) && codePoint <= (ranges[index + 1] as number)) return !negated;
  }
  return negated;
}

/** Adds what differs from the ranges only in case: the letters of ASCII, and the two signs that fold to them. */
export function foldCase(set: CharacterSet): CharacterSet {
  const folded = [...set.ranges];
  for (let letter = 0x61; letter <= 0x7a; letter += 1) {
    const variants = [letter, letter - 0x20, ...(letter === 0x73 ? [0x17f] : []), ...(letter === 0x6b ? [0x212a] : [])];
    if (variants.some((variant) => inRanges(set.ranges, variant))) for (const variant of variants) folded.push(variant, variant);
  }
  return { ...set, ranges: folded };
}

function inRanges(ranges: readonly number[], codePoint: number): boolean {
  for (let index = 0; index < ranges.length; index += 2) {
    if (codePoint >= (ranges[index] as number) && codePoint <= (ranges[index + 1] as number)) return true;
  }
  return false;
}
