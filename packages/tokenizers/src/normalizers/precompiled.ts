import { invalidTokenizer } from "../invalid-tokenizer.ts";
import { type Change, changeText, codePointsOf } from "../text/aligned-text.ts";
import { aloneMarks } from "../text/alone-marks.ts";
import { marks, maskOfProperty } from "../text/categories.ts";
import { utf8Bytes } from "../text/utf8.ts";
import type { Normalizer } from "./normalizer.ts";
import { fromAlign, hasCategory, within } from "./simple.ts";

/**
 * The table of replacements that a SentencePiece model carries: the size of a double-array trie, the trie, and the texts it points
 * at, each with a zero behind it. All numbers are little-endian.
 * @throws TenfoldError `invalid-format` when it is cut off.
 */
export function createPrecompiled(charsmap: Uint8Array): Normalizer {
  if (charsmap.length < 8) throw invalidTokenizer("is cut off", "the table of replacements");
  const view = new DataView(charsmap.buffer, charsmap.byteOffset, charsmap.byteLength);
  const trieBytes = view.getUint32(0, true);
  if (trieBytes % 4 !== 0 || trieBytes === 0 || trieBytes + 4 > charsmap.length)
    throw invalidTokenizer(`claims a trie of ${trieBytes} bytes`, "the table of replacements");
  const trie = Uint32Array.from({ length: trieBytes / 4 }, (_, index) => view.getUint32(4 + index * 4, true));
  const texts = charsmap.subarray(4 + trieBytes);

  /** The replacement of the shortest beginning of `key` that has one: what the reference implementation takes. */
  function replacementOf(key: Uint8Array): number[] | undefined {
    let at = offsetOf(trie[0] ?? 0);
    for (const byte of key) {
      if (byte === 0) return undefined;
      at = (at ^ byte) >>> 0;
      const unit = trie[at];
      if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) return undefined;
      at = (at ^ offsetOf(unit)) >>> 0;
      if (((unit >>> 8) & 1) === 1) return textAt((trie[at] ?? 0) & 0x7fffffff);
    }
    return undefined;
  }

  function textAt(start: number): number[] {
    let end = start;
    while (end < texts.length && texts[end] !== 0) end += 1;
    return codePointsOf(texts.subarray(start, end));
  }

  function changes(codePoints: readonly number[]): Change[] {
    const list: Change[] = [];
    for (let at = 0; at < codePoints.length; ) {
      const end = clusterEnd(codePoints, at);
      const cluster = codePoints.slice(at, end);
      const key = utf8Bytes(String.fromCodePoint(...cluster));
      const whole = key.length < 6 ? replacementOf(key) : undefined;
      if (whole) pushReplacement(list, whole, cluster.length);
      else {
        for (const codePoint of cluster) pushReplacement(list, replacementOf(utf8Bytes(String.fromCodePoint(codePoint))) ?? [codePoint], 1);
      }
      at = end;
    }
    return list;
  }

  return fromAlign((text) => changeText(text, changes(text.codePoints)));
}

/** `count` characters become those of `replacement`; what is too many goes with the last one, even one that came before. */
function pushReplacement(list: Change[], replacement: readonly number[], count: number): void {
  for (const [index, codePoint] of replacement.entries()) list.push({ codePoint, change: index < count ? 0 : 1 });
  const last = list.at(-1);
  if (replacement.length < count && last) list[list.length - 1] = { ...last, change: last.change + replacement.length - count };
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

/** Where the user-perceived character that begins at `at` ends, as far as it can matter below six bytes. */
function clusterEnd(codePoints: readonly number[], at: number): number {
  if (codePoints[at] === 0x0d && codePoints[at + 1] === 0x0a) return at + 2;
  let end = at + 1;
  const first = codePoints[at] as number;
  if (breaksCluster(first)) return end;
  while (end < codePoints.length && extendsCluster(codePoints[end] as number)) end += 1;
  return end;
}

/** Controls, formats and separators of lines stand alone. */
const aloneMask = ["Cc", "Cf", "Zl", "Zp"].reduce((mask, name) => mask | (maskOfProperty(name) ?? 0), 0);

function breaksCluster(codePoint: number): boolean {
  return hasCategory(codePoint, aloneMask) && codePoint !== 0x200c && codePoint !== 0x200d && !isTag(codePoint);
}

/** Signs that spell the name of a flag: formats by category, and part of what they follow. */
const isTag = (codePoint: number) => within(codePoint, 0xe0020, 0xe007f);

function extendsCluster(codePoint: number): boolean {
  if (codePoint < 0x300) return false;
  if (hasCategory(codePoint, marks)) return !aloneMarks.includes(String.fromCodePoint(codePoint));
  // The last two are vowels of Thai and Lao that are letters by category.
  return [0x200c, 0x200d, 0xe33, 0xeb3].includes(codePoint) || within(codePoint, 0x1f3fb, 0x1f3ff) || isTag(codePoint);
}
