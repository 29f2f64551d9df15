import {
  type CodePointRange,
  characters,
  choice,
  complement,
  type Expression,
  type Grammar,
  many,
  maxCodePoint,
  optional,
  rule,
  sequence,
  text,
} from "./expression.ts";
import { unusable } from "./unusable.ts";

const maxLength = 1_000_000;
const maxDepth = 100;
const maxCount = 10_000;
const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t" };

/**
 * A context-free grammar in GBNF, llama.cpp's notation: `name ::= "text" [a-z] (a | b)* c{1,3} # comment`. The rule "root" is the
 * whole. A rule ends where the next begins.
 * @throws TenfoldError `unsupported-request`, with the line.
 */
export function parseGrammar(source: string): Grammar {
  if (source.length > maxLength) throw unusable("The grammar", `it is longer than ${maxLength} characters`);
  let at = 0;
  let depth = 0;
  const rules = new Map<string, Expression>();

  function fail(why: string): Error {
    return unusable("The grammar", `in line ${source.slice(0, at).split("\n").length}, ${why}`);
  }

  const sticky = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const space = () => sticky(/(?:\s|#[^\n]*)*/y);
  const eat = (expected: string): boolean => {
    if (!source.startsWith(expected, at)) return false;
    at += expected.length;
    space();
    return true;
  };
  const startsRule = () => {
    const found = /[\w-]+\s*::=/y;
    found.lastIndex = at;
    return found.test(source);
  };

  function alternatives(): Expression {
    const options: Expression[] = [];
    do {
      const parts: Expression[] = [];
      while (at < source.length && !"|)".includes(source.charAt(at)) && !startsRule()) parts.push(quantified(atom()));
      options.push(sequence(...parts));
    } while (eat("|"));
    return choice(...options);
  }

  function quantified(part: Expression): Expression {
    if (eat("*")) return many(part);
    if (eat("+")) return many(part, 1);
    if (eat("?")) return optional(part);
    const counts = /\{\s*(\d+)\s*(,\s*(\d*)\s*)?\}/y;
    counts.lastIndex = at;
    const found = counts.exec(source);
    if (!found) return part;
    at += found[0].length;
    space();
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === "" ? undefined : Number(found[3]);
    if (Math.max(least, most ?? least) > maxCount) throw fail(`something is repeated more than ${maxCount} times`);
    if (most !== undefined && most < least) throw fail("the counts are out of order");
    return { type: "repeat", part, least, ...(most === undefined ? {} : { most }) };
  }

  function atom(): Expression {
    if (eat("(")) {
      depth += 1;
      if (depth > maxDepth) throw fail(`groups are nested more than ${maxDepth} deep`);
      const inner = alternatives();
      depth -= 1;
      if (!eat(")")) throw fail("a group does not end");
      return inner;
    }
    if (eat(".")) return characters([0, maxCodePoint]);
    if (source.startsWith('"', at)) {
      at += 1;
      let value = "";
      while (!source.startsWith('"', at)) value += character();
      eat('"');
      return text(value);
    }
    if (source.startsWith("[", at)) return characterClass();
    const name = sticky(/[\w-]+/y);
    if (name === undefined) throw fail(`${JSON.stringify(source.charAt(at))} is not expected`);
    space();
    return rule(name);
  }

  function characterClass(): Expression {
    at += 1;
    const negated = sticky(/\^/y) !== undefined;
    const ranges: CodePointRange[] = [];
    while (!source.startsWith("]", at)) {
      const first = character().codePointAt(0) ?? 0;
      let last = first;
      if (source.startsWith("-", at) && !source.startsWith("-]", at)) {
        at += 1;
        last = character().codePointAt(0) ?? 0;
      }
      if (last < first) throw fail("a range of characters is out of order");
      ranges.push([first, last]);
    }
    eat("]");
    return characters(...(negated ? complement(ranges) : ranges));
  }

  function character(): string {
    const escaped = sticky(/\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/y);
    if (escaped === undefined) {
      const plain = sticky(/[^\n]/uy);
      if (plain === undefined) throw fail("a text or class of characters does not end");
      return plain;
    }
    if (escaped.length === 2) return escapes[escaped.charAt(1)] ?? escaped.charAt(1);
    const value = Number.parseInt(escaped.slice(2), 16);
    if (value > maxCodePoint) throw fail(`there is no character ${escaped}`);
    return String.fromCodePoint(value);
  }

  space();
  while (at < source.length) {
    const name = sticky(/[\w-]+/y);
    space();
    if (name === undefined || !eat("::=")) throw fail("a rule is expected: name ::= …");
    if (rules.has(name)) throw fail(`there is a second rule named ${JSON.stringify(name)}`);
    rules.set(name, alternatives());
    if (source.startsWith(")", at)) throw fail("a group ends that did not begin");
  }
  if (!rules.has("root")) throw unusable("The grammar", 'there is no rule named "root"');
  return { rules, start: "root" };
}
