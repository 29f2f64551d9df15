import { categoryRuns } from "./category-runs.ts";

/** The general categories of Unicode; a category's number is its place here. */
export const categoryNames = [..."Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co".split(" ")] as readonly string[];

/** Numbers of what is no general category of its own here: white-space controls, line breaks, and what is not assigned. */
const spaceControl = 28;
const lineBreak = 29;
const unassigned = 30;

/** A set of categories: bit n stands for category n. */
export type CategoryMask = number;

function maskOf(...prefixes: string[]): CategoryMask {
  return categoryNames.reduce((mask, name, index) => (prefixes.some((prefix) => name.startsWith(prefix)) ? mask | (1 << index) : mask), 0);
}

export const letters: CategoryMask = maskOf("L");
export const marks: CategoryMask = maskOf("M");
export const nonSpacingMarks: CategoryMask = maskOf("Mn");
export const numbers: CategoryMask = maskOf("N");
export const punctuation: CategoryMask = maskOf("P");
export const symbols: CategoryMask = maskOf("S");
/** `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]` */
export const upperOrUncased: CategoryMask = maskOf("Lu", "Lt", "Lm", "Lo", "M");
/** `[\p{Ll}\p{Lm}\p{Lo}\p{M}]` */
export const lowerOrUncased: CategoryMask = maskOf("Ll", "Lm", "Lo", "M");
/** `[\r\n]` */
export const lineBreaks: CategoryMask = 1 << lineBreak;
/** White_Space: what `\s` is in the regular expressions of tokenizers, which is not what it is in JavaScript. */
export const whiteSpace: CategoryMask = maskOf("Z") | (1 << spaceControl) | lineBreaks;
export const controls: CategoryMask = maskOf("Cc", "Cf", "Co") | (1 << spaceControl) | lineBreaks;
const everything: CategoryMask = 2 ** 31 - 1;

export function not(mask: CategoryMask): CategoryMask {
  return everything & ~mask;
}

/** The categories, as masks, that `\p{name}` stands for; undefined for a name that is not known. */
export function maskOfProperty(name: string): CategoryMask | undefined {
  const mask = maskOf(name);
  if (name === "Cc") return mask | (1 << spaceControl) | lineBreaks;
  if (name === "C") return controls | (1 << unassigned);
  if (name === "Cn") return 1 << unassigned;
  return mask === 0 ? undefined : mask;
}

let table: Uint8Array | undefined;

/** The category number of each code point. Made at the first call. */
export function categories(): Uint8Array {
  table ??= unpack();
  return table;
}

function unpack(): Uint8Array {
  const unpacked = new Uint8Array(0x110000);
  let at = 0;
  for (const [, letter = "", length = ""] of categoryRuns.matchAll(/([A-Z!$_])([0-9a-z]*)/g)) {
    const end = at + (length === "" ? 1 : Number.parseInt(length, 36));
    const number = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!$".indexOf(letter);
    unpacked.fill(number < 0 ? unassigned : number, at, end);
    at = end;
  }
  for (const control of [0x09, 0x0b, 0x0c, 0x85]) unpacked[control] = spaceControl;
  for (const control of [0x0a, 0x0d]) unpacked[control] = lineBreak;
  return unpacked;
}
