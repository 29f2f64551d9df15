import { type CodePointRange, characters, choice, complement, type Expression, many, maxCodePoint, optional, sequence } from "./expression.ts";
import { unusable } from "./unusable.ts";

const maxDepth = 100;
const maxLength = 10_000;
const maxCount = 10_000;

const digits: CodePointRange[] = [[48, 57]];
const wordCharacters: CodePointRange[] = [...digits, [65, 90], [95, 95], [97, 122]];
const spaces: CodePointRange[] = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const lineEnds: CodePointRange[] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];
const classes: Record<string, readonly CodePointRange[]> = {
  d: digits,
  w: wordCharacters,
  s: spaces,
  D: complement(digits),
  W: complement(wordCharacters),
  S: complement(spaces),
};
const controls: Record<string, number> = { n: 10, r: 13, t: 9, f: 12, v: 11, "0": 0 };

export interface RegularExpressionOptions {
  /** Whether the pattern may match anywhere in the text, as in JSON Schema, or has to match all of it. */
  anywhere: boolean;
  /** What is written for one of the characters in the ranges. Default: the character. */
  write?: (ranges: readonly CodePointRange[]) => Expression;
}

/**
 * A JavaScript regular expression, read with the flag "u", as what it matches. `^` and `$` may stand at the ends; groups of any
 * kind only group. Looking around, back references, `\b` and `\p` are no regular language or not held here.
 * @throws TenfoldError `unsupported-request`, with the place.
 */
export function parseRegularExpression(pattern: string, { anywhere, write = (ranges) => characters(...ranges) }: RegularExpressionOptions): Expression {
  const points = [...pattern];
  let at = 0;
  let depth = 0;
  const anything = many(write([[0, maxCodePoint]]));

  function fail(why: string): Error {
    return unusable("The pattern", `at character ${at + 1} of ${JSON.stringify(pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern)}, ${why}`);
  }

  const peek = () => points[at];
  const eat = (expected: string): boolean => {
    if (points[at] !== expected) return false;
    at += 1;
    return true;
  };

  function alternatives(isTop: boolean): Expression {
    const options: Expression[] = [];
    do options.push(isTop ? anchored() : alternative());
    while (eat("|"));
    return choice(...options);
  }

  function anchored(): Expression {
    const fromStart = eat("^");
    const inner = alternative();
    const toEnd = eat("$");
    if (!anywhere) return inner;
    return sequence(...(fromStart ? [] : [anything]), inner, ...(toEnd ? [] : [anything]));
  }

  function alternative(): Expression {
    const parts: Expression[] = [];
    for (let next = peek(); next !== undefined && next !== "|" && next !== ")" && next !== "$"; next = peek()) parts.push(quantified(atom(next)));
    return sequence(...parts);
  }

  function quantified(part: Expression): Expression {
    let result = part;
    const next = peek();
    if (next === "*" || next === "+" || next === "?") {
      at += 1;
      result = next === "?" ? optional(part) : many(part, next === "+" ? 1 : 0);
    } else if (next === "{") {
      const counts = /^\{(\d+)(,(\d*))?\}/.exec(points.slice(at, at + 40).join(""));
      if (!counts) throw fail("a count in braces is expected");
      at += counts[0].length;
      const least = Number(counts[1]);
      const most = counts[2] === undefined ? least : counts[3] === "" ? undefined : Number(counts[3]);
      if (Math.max(least, most ?? 0) > maxCount) throw fail(`something is repeated more than ${maxCount} times`);
      if (most !== undefined && most < least) throw fail("the counts are out of order");
      result = { type: "repeat", part, least, ...(most === undefined ? {} : { most }) };
    } else return part;
    // Lazy or greedy, the language is the same.
    eat("?");
    const another = peek();
    if (another === "*" || another === "+" || another === "?" || another === "{") throw fail("nothing stands before the quantifier");
    return result;
  }

  function atom(next: string): Expression {
    at += 1;
    if (next === "(") return group();
    if (next === "[") return write(characterClass());
    if (next === ".") return write(complement(lineEnds));
    if (next === "\\") return write(escaped(false));
    if (next === "^") throw fail('"^" stands behind the beginning');
    if ("*+?{}]".includes(next)) throw fail(`${JSON.stringify(next)} stands alone`);
    return write([point(next)]);
  }

  function group(): Expression {
    if (eat("?")) {
      if (eat("<")) {
        if (peek() === "=" || peek() === "!") throw fail("looking around is not supported");
        while (peek() !== undefined && peek() !== ">") at += 1;
        if (!eat(">")) throw fail("the group's name does not end");
      } else if (!eat(":")) throw fail("looking around is not supported");
    }
    depth += 1;
    if (depth > maxDepth) throw fail(`groups are nested more than ${maxDepth} deep`);
    const inner = alternatives(false);
    depth -= 1;
    if (peek() === "$") throw fail('"$" stands before the end');
    if (!eat(")")) throw fail("a group does not end");
    return inner;
  }

  function characterClass(): readonly CodePointRange[] {
    const negated = eat("^");
    const ranges: CodePointRange[] = [];
    while (!eat("]")) {
      const first = classMember();
      if (peek() === "-" && points[at + 1] !== "]" && first.length === 1 && first[0]?.[0] === first[0]?.[1]) {
        at += 1;
        const last = classMember();
        const [from = 0, to = 0] = [first[0]?.[0], last[0]?.[1]];
        if (last.length !== 1 || last[0]?.[0] !== to || to < from) throw fail("a range of characters is out of order");
        ranges.push([from, to]);
      } else ranges.push(...first);
    }
    return negated ? complement(ranges) : ranges;
  }

  function classMember(): readonly CodePointRange[] {
    const next = peek();
    if (next === undefined) throw fail("a class of characters does not end");
    at += 1;
    return next === "\\" ? escaped(true) : [point(next)];
  }

  function escaped(inClass: boolean): readonly CodePointRange[] {
    const next = peek();
    if (next === undefined) throw fail("nothing follows the backslash");
    at += 1;
    const ranges = classes[next];
    if (ranges) return ranges;
    const control = controls[next];
    if (control !== undefined) return [[control, control]];
    if (inClass && next === "b") return [[8, 8]];
    if (next === "x" || next === "u") return [hexadecimal(next)];
    if (/[a-zA-Z0-9]/.test(next)) throw fail(`"\\${next}" is not supported`);
    return [point(next)];
  }

  function hexadecimal(kind: string): CodePointRange {
    const found = (kind === "x" ? /^([0-9a-f]{2})/i : /^(?:([0-9a-f]{4})|\{([0-9a-f]{1,6})\})/i).exec(points.slice(at, at + 10).join(""));
    const value = Number.parseInt(found?.[1] ?? found?.[2] ?? "", 16);
    if (!found || !(value <= maxCodePoint)) throw fail("hexadecimal digits are expected");
    at += found[0].length;
    return [value, value];
  }

  if (points.length > maxLength) throw fail(`it is longer than ${maxLength} characters`);
  const whole = alternatives(true);
  if (at < points.length) throw fail(peek() === ")" ? "a group ends that did not begin" : '"$" stands before the end');
  return whole;
}

function point(character: string): CodePointRange {
  const value = character.codePointAt(0) ?? 0;
  return [value, value];
}
