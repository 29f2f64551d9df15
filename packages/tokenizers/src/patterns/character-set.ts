import { type CategoryMask, categories, maskOfProperty, whiteSpace } from "../text/categories.ts";

/** A set of characters: whole categories, and ranges of code points. */
export interface CharacterSet {
  mask: CategoryMask;
  /** First and last of each range, one after the other. */
  ranges: number[];
  negated: boolean;
}

/** Circled and squared letters, which count as letters to `\w` although they are symbols. */
const letterSymbols: readonly number[] = [0x24b6, 0x24e9, 0x1f130, 0x1f149, 0x1f150, 0x1f169, 0x1f170, 0x1f189];
/** Superscripts and fractions of Latin-1, which count as well. */
const latinNumbers: readonly number[] = [0xb2, 0xb3, 0xb9, 0xb9, 0xbc, 0xbe];
const wordMask: CategoryMask = ["L", "M", "Nd", "Nl", "Pc"].reduce((mask, name) => mask | (maskOfProperty(name) ?? 0), 0);

/** What `\s`, `\d`, `\w` and their opposites stand for in the expressions of tokenizers; undefined for any other letter. */
export function setOfClass(letter: string): CharacterSet | undefined {
  const negated = letter !== letter.toLowerCase();
  switch (letter.toLowerCase()) {
    case "s":
      return { mask: whiteSpace, ranges: [], negated };
    case "d":
      return { mask: maskOfProperty("Nd") ?? 0, ranges: [], negated };
    case "w":
      return { mask: wordMask, ranges: [...letterSymbols, ...latinNumbers], negated };
    default:
      return undefined;
  }
}

/** Everything but line feed, as `.` means it. */
export const anyCharacter: CharacterSet = { mask: 0, ranges: [0x0a, 0x0a], negated: true };

/** A test for being in the set, which looks ASCII up. */
export function createSetTest(set: CharacterSet): (codePoint: number) => boolean {
  const ascii = Uint8Array.from({ length: 128 }, (_, codePoint) => (contains(set, codePoint) ? 1 : 0));
  return (codePoint) => (codePoint < 128 ? ascii[codePoint] === 1 : contains(set, codePoint));
}

function contains({ mask, ranges, negated }: CharacterSet, codePoint: number): boolean {
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
