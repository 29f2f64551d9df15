import { type AlignedText, alignText, type Change, changeText, filterText, mapText, plainText, sliceAligned } from "../text/aligned-text.ts";
import { categories, marks, whiteSpace } from "../text/categories.ts";
import { type NormalForm, normalizeAligned } from "../text/compose.ts";
import type { Normalizer } from "./normalizer.ts";

/** A normalizer that is told only how it changes aligned text. */
export function fromAlign(align: (text: AlignedText) => AlignedText): Normalizer {
  return { align, apply: (text) => plainText(align(alignText(text, 0))) };
}

export function createUnicodeForm(form: NormalForm): Normalizer {
  // Below these nothing changes: marks begin at U+0300, compatibility characters at U+00A0, composed ones at U+00C0.
  const first = form === "NFC" ? 0x300 : form === "NFD" ? 0xc0 : 0xa0;
  const unchanged = (text: string) => {
    for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) >= first) return false;
    return true;
  };
  return {
    apply: (text) => (unchanged(text) ? text : text.normalize(form)),
    align: (text) => normalizeAligned(text, form),
  };
}

export function createPrepend(prefix: string): Normalizer {
  return {
    apply: (text) => (text === "" ? "" : prefix + text),
    align: (text) => prependAligned(text, prefix),
  };
}

/** What is put before a text shares the place of the text's first character. */
export function prependAligned(text: AlignedText, prefix: string): AlignedText {
  if (text.codePoints.length === 0) return text;
  const added = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  return {
    codePoints: [...added, ...text.codePoints],
    starts: [...added.map(() => text.starts[0] ?? 0), ...text.starts],
    ends: [...added.map(() => text.ends[0] ?? 0), ...text.ends],
  };
}

export const lowercase: Normalizer = {
  // Each character by itself: the engine would make a final sigma of some.
  apply: (text) => (text.includes("Σ") ? [...text].map((character) => character.toLowerCase()).join("") : text.toLowerCase()),
  align: (text) => changeText(text, lowercased(text.codePoints)),
};

function* lowercased(codePoints: readonly number[]): Iterable<Change> {
  for (const codePoint of codePoints) {
    for (const [index, part] of [...String.fromCodePoint(codePoint).toLowerCase()].entries())
      yield { codePoint: part.codePointAt(0) ?? 0, change: index === 0 ? 0 : 1 };
  }
}

export const stripAccents: Normalizer = fromAlign((text) => filterText(text, (codePoint) => !hasCategory(codePoint, marks)));

/** @param sides which ends lose their white space. */
export function createStrip(sides: { left: boolean; right: boolean }): Normalizer {
  return fromAlign((text) => {
    let start = 0;
    let end = text.codePoints.length;
    if (sides.left) while (start < end && hasCategory(text.codePoints[start] as number, whiteSpace)) start += 1;
    if (sides.right) while (end > start && hasCategory(text.codePoints[end - 1] as number, whiteSpace)) end -= 1;
    return sliceAligned(text, start, end);
  });
}

/** What SentencePiece's models were trained without: control characters go, exotic spaces become spaces. */
export const nmt: Normalizer = fromAlign((text) =>
  mapText(
    filterText(
      text,
      (codePoint) => !(within(codePoint, 1, 8) || codePoint === 0x0b || within(codePoint, 0x0e, 0x1f) || [0x7f, 0x8f, 0x9f].includes(codePoint)),
    ),
    (codePoint) =>
      within(codePoint, 0x200b, 0x200f) || [0x09, 0x0a, 0x0c, 0x0d, 0x1680, 0x2028, 0x2029, 0x2581, 0xfeff, 0xfffd].includes(codePoint) ? 0x20 : codePoint,
  ),
);

export function within(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

export function hasCategory(codePoint: number, mask: number): boolean {
  return ((mask >>> (categories()[codePoint] as number)) & 1) === 1;
}
