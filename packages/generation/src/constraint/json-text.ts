import { type CodePointRange, characters, choice, type Expression, many, normalizedRanges, optional, rule, sequence, text, times } from "./expression.ts";

const hexadecimal = characters("09", "AF", "af");
const notSurrogate = choice(
  sequence(characters("09", "AC", "ac", "EF", "ef"), hexadecimal, hexadecimal, hexadecimal),
  sequence(characters("D", "d"), characters("07"), hexadecimal, hexadecimal),
);
const digit = characters("09");

/** One character of a string, as itself or escaped. */
const stringCharacter = choice(
  characters([0x20, 0x21], [0x23, 0x5b], [0x5d, 0x10ffff]),
  sequence(text("\\"), characters('"', "\\", "/", "b", "f", "n", "r", "t")),
  sequence(text("\\u"), notSurrogate),
);

const shortEscapes: Record<number, string> = { 8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\" };

/** What a string writes for one of some characters: itself where it may, else its escape. */
export function writeInString(ranges: readonly CodePointRange[]): Expression {
  const plain: CodePointRange[] = [];
  const escaped: string[] = [];
  for (const [first, last] of normalizedRanges(ranges)) {
    let from = first;
    for (let code = first; code <= Math.min(last, 92); code += 1) {
      if (code >= 0x20 && code !== 34 && code !== 92) continue;
      if (code > from) plain.push([from, code - 1]);
      from = code + 1;
      escaped.push(shortEscapes[code] ?? `\\u${code.toString(16).padStart(4, "0")}`);
    }
    if (from <= last) plain.push([from, last]);
  }
  return choice({ type: "characters", ranges: plain }, { type: "texts", texts: escaped });
}

/** A string of `least` to `most` characters. */
export function stringOf(least: number, most: number | undefined): Expression {
  if (least === 0 && most === undefined) return rule("string");
  return sequence(text('"'), { type: "repeat", part: stringCharacter, least, ...(most === undefined ? {} : { most }) }, text('"'));
}

export const space = rule("space");
export const comma = sequence(text(","), space);
/** Digits behind the point, of a number that no schema bounds: as many as a double has. */
export const fraction = sequence(text("."), times(digit, 1, 16));

/**
 * The rules that every schema shares. Spaces only where models write them: one, or a line break with indentation, so that an answer
 * cannot go on with spaces for ever. Digits are bounded for the same reason.
 */
export const jsonRules: readonly (readonly [string, Expression])[] = [
  ["space", optional(choice(text(" "), sequence(text("\n"), times(characters(" ", "\t"), 0, 32))))],
  ["string", sequence(text('"'), many(stringCharacter), text('"'))],
  ["whole", choice(text("0"), sequence(characters("19"), times(digit, 0, 14)))],
  ["integer", sequence(optional(text("-")), rule("whole"))],
  ["number", sequence(rule("integer"), optional(fraction), optional(sequence(characters("E", "e"), optional(characters("+", "-")), times(digit, 1, 2))))],
  ["member", sequence(rule("string"), text(":"), space, rule("value"))],
  ["object", sequence(text("{"), space, optional(sequence(rule("member"), many(sequence(comma, rule("member"))))), space, text("}"))],
  ["array", sequence(text("["), space, optional(sequence(rule("value"), many(sequence(comma, rule("value"))))), space, text("]"))],
  ["value", choice(rule("object"), rule("array"), rule("string"), rule("number"), { type: "texts", texts: ["true", "false", "null"] })],
];

/** A name that is none of `names`, as a string without escapes. */
export function otherName(names: readonly string[]): Expression {
  const encoded = names.map((name) => [...JSON.stringify(name).slice(1, -1)]);
  return sequence(text('"'), other(encoded, 0, !names.includes("")), text('"'));
}

const plainCharacters: readonly CodePointRange[] = [
  [0x20, 0x21],
  [0x23, 0x5b],
  [0x5d, 0x10ffff],
];
const plainRest = many({ type: "characters", ranges: plainCharacters });

function other(names: readonly (readonly string[])[], depth: number, canEnd: boolean): Expression {
  const byNext = new Map<string, (readonly string[])[]>();
  for (const name of names) {
    const next = name[depth];
    if (next !== undefined) byNext.set(next, [...(byNext.get(next) ?? []), name]);
  }
  const taken = [...byNext.keys()].map((character) => character.codePointAt(0) ?? 0).sort((a, b) => a - b);
  const free: CodePointRange[] = [];
  for (const [first, last] of plainCharacters) {
    let from = first;
    for (const code of taken) {
      if (code < from || code > last) continue;
      if (code > from) free.push([from, code - 1]);
      from = code + 1;
    }
    if (from <= last) free.push([from, last]);
  }
  const options: Expression[] = [sequence({ type: "characters", ranges: free }, plainRest)];
  for (const [character, some] of byNext) {
    // A name with an escape cannot be written without one.
    if (character === "\\") continue;
    options.push(sequence(text(character), other(some, depth + 1, !some.some((name) => name.length === depth + 1))));
  }
  if (canEnd) options.push(text(""));
  return choice(...options);
}
