/** A language of bytes, as the compilers of schemas, patterns and grammars write it down. */
export type Expression =
  | { type: "text"; text: string }
  /** One of many texts; cheaper than a choice. */
  | { type: "texts"; texts: readonly string[] }
  /** One character, in UTF-8. Ranges of code points, both ends included; surrogates are left out. */
  | { type: "characters"; ranges: readonly CodePointRange[] }
  | { type: "sequence"; parts: readonly Expression[] }
  | { type: "choice"; options: readonly Expression[] }
  /** `most` absent: without end. */
  | { type: "repeat"; part: Expression; least: number; most?: number }
  | { type: "rule"; name: string };

export type CodePointRange = readonly [first: number, last: number];

/** A context-free grammar: what each rule writes. */
export interface Grammar {
  rules: ReadonlyMap<string, Expression>;
  start: string;
}

export const maxCodePoint = 0x10ffff;

export const text = (value: string): Expression => ({ type: "text", text: value });
export const sequence = (...parts: Expression[]): Expression => ({ type: "sequence", parts });
export const choice = (...options: Expression[]): Expression => (options.length === 1 && options[0] ? options[0] : { type: "choice", options });
export const optional = (part: Expression): Expression => ({ type: "repeat", part, least: 0, most: 1 });
export const many = (part: Expression, least = 0): Expression => ({ type: "repeat", part, least });
export const times = (part: Expression, least: number, most: number): Expression => ({ type: "repeat", part, least, most });
export const rule = (name: string): Expression => ({ type: "rule", name });
/** Ranges of code points, or strings of their first and last character; one character stands for itself. */
export const characters = (...ranges: (CodePointRange | string)[]): Expression => ({
  type: "characters",
  ranges: ranges.map((range) => (typeof range === "string" ? [range.charCodeAt(0), range.charCodeAt(range.length - 1)] : range)),
});

/** Sorted, without overlaps, without surrogates. */
export function normalizedRanges(ranges: readonly CodePointRange[]): CodePointRange[] {
  const sorted = ranges
    .flatMap(([first, last]): CodePointRange[] => [
      [first, Math.min(last, 0xd7ff)],
      [Math.max(first, 0xe000), last],
    ])
    .filter(([first, last]) => first <= last)
    .sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [first, last] of sorted) {
    const before = merged.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** All characters that are in none of the ranges. */
export function complement(ranges: readonly CodePointRange[]): CodePointRange[] {
  const result: CodePointRange[] = [];
  let next = 0;
  for (const [first, last] of normalizedRanges(ranges)) {
    if (first > next) result.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= maxCodePoint) result.push([next, maxCodePoint]);
  return normalizedRanges(result);
}
