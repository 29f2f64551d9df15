import { type CategoryMask, categories } from "../text/categories.ts";
import { codePointIn, utf8Length } from "../text/utf8.ts";

/** Category number of the character at `at`. */
export function categoryAt(table: Uint8Array, bytes: Uint8Array, at: number): number {
  const byte = bytes[at] as number;
  return table[byte < 0x80 ? byte : codePointIn(bytes, at)] as number;
}

/** Where the run of characters of these categories that begins at `at` ends; `at` when there is none. */
export function runEnd(table: Uint8Array, mask: CategoryMask, bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end) {
    const byte = bytes[stop] as number;
    if (byte < 0x80) {
      if (((mask >>> (table[byte] as number)) & 1) === 0) return stop;
      stop += 1;
    } else {
      if (((mask >>> (table[codePointIn(bytes, stop)] as number)) & 1) === 0) return stop;
      stop += utf8Length(byte);
    }
  }
  return stop;
}

/** The same for at most `most` characters. */
export function boundedRunEnd(mask: CategoryMask, bytes: Uint8Array, at: number, end: number, most: number): number {
  const table = categories();
  let stop = at;
  for (let count = 0; count < most && stop < end; count += 1) {
    if (((mask >>> categoryAt(table, bytes, stop)) & 1) === 0) break;
    stop += utf8Length(bytes[stop] as number);
  }
  return stop;
}
