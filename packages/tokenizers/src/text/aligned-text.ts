import { codePointAt, codePointIn, utf8Length, writeCodePoint } from "./utf8.ts";

/** Text that knows, for each of its characters, which UTF-16 units of the original it stands for. */
export interface AlignedText {
  readonly codePoints: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * A character of a changed text. `change` 0: it replaces the next character; 1: it is new and shares the place of the one before;
 * below 0: it replaces the next character, and that many behind it are dropped. The rules are the reference implementation's,
 * so that offsets are equal to its.
 */
export interface Change {
  readonly codePoint: number;
  readonly change: number;
}

/** @param origin the unit that `text` begins at. */
export function alignText(text: string, origin: number): AlignedText {
  const codePoints: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  for (let index = 0; index < text.length; ) {
    const codePoint = codePointAt(text, index);
    const next = index + (codePoint > 0xffff ? 2 : 1);
    codePoints.push(codePoint);
    starts.push(origin + index);
    ends.push(origin + next);
    index = next;
  }
  return { codePoints, starts, ends };
}

export function plainText({ codePoints }: AlignedText): string {
  let text = "";
  for (const codePoint of codePoints) text += String.fromCodePoint(codePoint);
  return text;
}

export function sliceAligned({ codePoints, starts, ends }: AlignedText, start: number, end: number): AlignedText {
  return { codePoints: codePoints.slice(start, end), starts: starts.slice(start, end), ends: ends.slice(start, end) };
}

/** @param dropped characters at the beginning that are dropped before the first change. */
export function changeText(text: AlignedText, changes: Iterable<Change>, dropped = 0): AlignedText {
  const codePoints: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let at = dropped;
  for (const { codePoint, change } of changes) {
    const from = change > 0 ? at - 1 : at;
    codePoints.push(codePoint);
    starts.push(text.starts[from] ?? 0);
    ends.push(text.ends[from] ?? 0);
    if (change <= 0) at += 1 - change;
  }
  return { codePoints, starts, ends };
}

/** Drops characters. */
export function filterText(text: AlignedText, keep: (codePoint: number) => boolean): AlignedText {
  const kept = [...text.codePoints.keys()].filter((index) => keep(text.codePoints[index] as number));
  const pick = (values: readonly number[]) => kept.map((index) => values[index] as number);
  return { codePoints: pick(text.codePoints), starts: pick(text.starts), ends: pick(text.ends) };
}

/** Exchanges characters one for one. */
export function mapText(text: AlignedText, map: (codePoint: number) => number): AlignedText {
  return { ...text, codePoints: text.codePoints.map(map) };
}

/** The text as UTF-8, and for each byte the character that it belongs to. */
export function encodeAligned({ codePoints }: AlignedText): { bytes: Uint8Array; characters: Int32Array } {
  const bytes = new Uint8Array(codePoints.length * 4);
  const characters = new Int32Array(codePoints.length * 4 + 1);
  let end = 0;
  for (const [index, codePoint] of codePoints.entries()) {
    const start = end;
    end = writeCodePoint(codePoint, bytes, end);
    characters.fill(index, start, end);
  }
  characters[end] = codePoints.length;
  return { bytes: bytes.subarray(0, end), characters: characters.subarray(0, end + 1) };
}

export function codePointsOf(bytes: Uint8Array): number[] {
  const codePoints: number[] = [];
  for (let at = 0; at < bytes.length; at += utf8Length(bytes[at] as number)) codePoints.push(codePointIn(bytes, at));
  return codePoints;
}
