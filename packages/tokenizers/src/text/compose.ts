import { type AlignedText, type Change, changeText } from "./aligned-text.ts";

export type NormalForm = "NFC" | "NFD" | "NFKC" | "NFKD";

/** Normalizes as `String.prototype.normalize` does, and says what became of each character. */
export function normalizeAligned(text: AlignedText, form: NormalForm): AlignedText {
  const decomposed = decompose(text.codePoints, form === "NFC" || form === "NFD" ? "NFD" : "NFKD");
  return changeText(text, form.endsWith("C") ? compose(decomposed) : decomposed);
}

function decompose(codePoints: readonly number[], form: "NFD" | "NFKD"): Change[] {
  const changes: Change[] = [];
  for (const whole of codePoints) {
    if (whole < 0x80) {
      changes.push({ codePoint: whole, change: 0 });
      continue;
    }
    for (const [index, part] of [...String.fromCodePoint(whole).normalize(form)].entries()) {
      const change = { codePoint: part.codePointAt(0) ?? 0, change: index === 0 ? 0 : 1 };
      // Marks are put in order as they come: a stable insertion.
      let at = changes.length;
      while (at > 0 && isOutOfOrder((changes[at - 1] as Change).codePoint, change.codePoint)) at -= 1;
      changes.splice(at, 0, change);
    }
  }
  return changes;
}

function* compose(decomposed: readonly Change[]): Iterable<Change> {
  let base: Change | undefined;
  let behind: Change[] = [];
  for (const next of decomposed) {
    const last = behind.at(-1);
    const starter = next.codePoint < 0x80 || isStarter(next.codePoint);
    if (!base) {
      if (starter) base = next;
      else yield next;
      continue;
    }
    // Something of its own kind, or anything at all before a starter, keeps a character from its base.
    const blocked = last !== undefined && (starter || !differInClass(last.codePoint, next.codePoint));
    const composed = blocked ? undefined : composedOf(base.codePoint, next.codePoint);
    if (composed !== undefined) base = { codePoint: composed, change: base.change + next.change - 1 };
    else if (starter) {
      yield base;
      yield* behind;
      base = next;
      behind = [];
    } else behind.push(next);
  }
  if (base) yield base;
  yield* behind;
}

// The engine has the tables, but gives no way to read them: what it does to two characters tells all that is needed.

/** The mark of the highest class: every other mark is moved before it. */
const highest = 0x345;
const starters = new Map<number, boolean>();

/** Whether a decomposed character's combining class is 0. */
function isStarter(codePoint: number): boolean {
  let starter = starters.get(codePoint);
  if (starter === undefined) {
    const text = String.fromCodePoint(0x61, highest, codePoint);
    starter = codePoint !== highest && text.normalize("NFD") === text;
    if (starters.size > 10_000) starters.clear();
    starters.set(codePoint, starter);
  }
  return starter;
}

function isOutOfOrder(first: number, second: number): boolean {
  if (first < 0x300 || second < 0x300 || isStarter(first) || isStarter(second)) return false;
  const text = String.fromCodePoint(0x61, first, second);
  return text.normalize("NFD") !== text;
}

function differInClass(first: number, second: number): boolean {
  return isOutOfOrder(first, second) || isOutOfOrder(second, first);
}

function composedOf(first: number, second: number): number | undefined {
  if (second < 0x300) return undefined;
  const [composed, more] = String.fromCodePoint(first, second).normalize("NFC");
  return more === undefined ? composed?.codePointAt(0) : undefined;
}
