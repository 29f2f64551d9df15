import { type AlignedText, type Change, changeText, filterText, mapText } from "../text/aligned-text.ts";
import { controls, nonSpacingMarks, whiteSpace } from "../text/categories.ts";
import { normalizeAligned } from "../text/compose.ts";
import type { Normalizer } from "./normalizer.ts";
import { fromAlign, hasCategory, lowercase, within } from "./simple.ts";

export interface BertSettings {
  cleanText: boolean;
  separateChinese: boolean;
  stripAccents: boolean;
  lowercase: boolean;
}

/** What BERT does to text: control characters go, Chinese characters stand alone, accents and capitals go. */
export function createBertNormalizer(settings: BertSettings): Normalizer {
  return fromAlign((text) => {
    let changed = text;
    if (settings.cleanText) changed = clean(changed);
    if (settings.separateChinese) changed = changeText(changed, separated(changed.codePoints));
    if (settings.stripAccents) changed = filterText(normalizeAligned(changed, "NFD"), (codePoint) => !hasCategory(codePoint, nonSpacingMarks));
    return settings.lowercase ? lowercase.align(changed) : changed;
  });
}

function clean(text: AlignedText): AlignedText {
  const isKept = (codePoint: number) => [0x09, 0x0a, 0x0d].includes(codePoint) || !(codePoint === 0xfffd || hasCategory(codePoint, controls));
  return mapText(filterText(text, isKept), (codePoint) => (hasCategory(codePoint, whiteSpace) ? 0x20 : codePoint));
}

function* separated(codePoints: readonly number[]): Iterable<Change> {
  for (const codePoint of codePoints) {
    if (!isChinese(codePoint)) {
      yield { codePoint, change: 0 };
      continue;
    }
    yield { codePoint: 0x20, change: 0 };
    yield { codePoint, change: 1 };
    yield { codePoint: 0x20, change: 1 };
  }
}

function isChinese(codePoint: number): boolean {
  return (
    within(codePoint, 0x4e00, 0x9fff) ||
    within(codePoint, 0x3400, 0x4dbf) ||
    within(codePoint, 0x20000, 0x2a6df) ||
    within(codePoint, 0x2a700, 0x2b73f) ||
    within(codePoint, 0x2b740, 0x2b81f) ||
    within(codePoint, 0x2b920, 0x2ceaf) ||
    within(codePoint, 0xf900, 0xfaff) ||
    within(codePoint, 0x2f800, 0x2fa1f)
  );
}
