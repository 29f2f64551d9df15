import { invalidTokenizer, shown, unsupportedTokenizer } from "../invalid-tokenizer.ts";
import { limits } from "../limits.ts";
import { maskOfProperty, not } from "../text/categories.ts";
import { anyCharacter, type CharacterSet, foldCase, setOfClass } from "./character-set.ts";
import type { PatternNode } from "./pattern-node.ts";

const escapes: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, f: 0x0c, v: 0x0b, a: 0x07, e: 0x1b };
const deepest = 64;

/**
 * Reads a regular expression in the dialect of tokenizers' files.
 * @throws TenfoldError `invalid-format` when it is malformed, `unsupported-format` for back-references, captures by name and the like.
 */
export function parsePattern(source: string): PatternNode {
  const characters = [...source];
  let at = 0;
  let depth = 0;
  if (characters.length > limits.patternCharacters) throw invalidTokenizer(`is longer than ${limits.patternCharacters} characters`, "an expression");

  function malformed(what: string) {
    return invalidTokenizer(`${what} at character ${at} of ${shown(source)}`, "an expression has");
  }

  function choice(ignoreCase: boolean): PatternNode {
    depth += 1;
    if (depth > deepest) throw malformed("too many groups inside groups");
    const options = [sequence(ignoreCase)];
    while (characters[at] === "|") {
      at += 1;
      options.push(sequence(ignoreCase));
    }
    depth -= 1;
    return options.length === 1 ? (options[0] as PatternNode) : { type: "choice", options };
  }

  function sequence(outerIgnoreCase: boolean): PatternNode {
    const parts: PatternNode[] = [];
    let ignoreCase = outerIgnoreCase;
    while (at < characters.length && characters[at] !== "|" && characters[at] !== ")") {
      if (characters.slice(at, at + 4).join("") === "(?i)") {
        ignoreCase = true;
        at += 4;
      } else parts.push(quantified(atom(ignoreCase)));
    }
    return parts.length === 1 ? (parts[0] as PatternNode) : { type: "sequence", parts };
  }

  function quantified(part: PatternNode): PatternNode {
    const bounds = quantifier();
    if (!bounds) return part;
    const [least, most] = bounds;
    const follows = characters[at];
    const mode = follows === "+" ? "possessive" : follows === "?" ? "lazy" : "greedy";
    if (mode !== "greedy") at += 1;
    return quantified({ type: "repeat", part, least, most, mode });
  }

  function quantifier(): [number, number] | undefined {
    const character = characters[at];
    const simple = { "*": [0, Number.POSITIVE_INFINITY], "+": [1, Number.POSITIVE_INFINITY], "?": [0, 1] }[character ?? ""] as [number, number] | undefined;
    if (simple) {
      at += 1;
      return simple;
    }
    const found = character === "{" ? /^\{(\d{1,6})(,(\d{0,6}))?\}/.exec(characters.slice(at, at + 16).join("")) : null;
    if (!found) return undefined;
    at += found[0].length;
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === "" ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (most < least) throw malformed("a repetition from more to less");
    return [least, most];
  }

  function atom(ignoreCase: boolean): PatternNode {
    const character = characters[at] as string;
    at += 1;
    if (character === "(") return group(ignoreCase);
    if (character === "[") return asSet(bracket(), ignoreCase);
    if (character === ".") return { type: "set", set: anyCharacter };
    if (character === "^" || character === "$") return { type: "edge", side: character === "^" ? "start" : "end", of: "line" };
    if ("*+?)".includes(character)) throw malformed(`${shown(character)} with nothing before it`);
    if (character !== "\\") return asSet(setOf(character.codePointAt(0) ?? 0), ignoreCase);
    if (characters[at] === "A" || characters[at] === "z") {
      at += 1;
      return { type: "edge", side: characters[at - 1] === "A" ? "start" : "end", of: "text" };
    }
    return asSet(escaped(), ignoreCase);
  }

  function group(ignoreCase: boolean): PatternNode {
    const rest = characters.slice(at, at + 8).join("");
    const head = /^\?(?:([=!>:])|<([=!])|(i):)/.exec(rest);
    if (!head && rest.startsWith("?")) throw unsupportedTokenizer(`an expression has a group of the kind ${shown(`(${rest}`)}`);
    at += head?.[0].length ?? 0;
    const part = choice(ignoreCase || head?.[3] === "i");
    if (characters[at] !== ")") throw malformed("a group without an end");
    at += 1;
    const [, ahead, behind] = head ?? [];
    if (ahead === ">") return { type: "atomic", part };
    if (ahead === "=" || ahead === "!") return { type: "look", part, behind: false, negated: ahead === "!" };
    if (behind) return { type: "look", part, behind: true, negated: behind === "!" };
    return part;
  }

  function escaped(): CharacterSet {
    const letter = characters[at];
    if (letter === undefined) throw malformed("a lonely backslash");
    at += 1;
    if (letter === "p" || letter === "P") return property(letter === "P");
    const set = setOfClass(letter);
    if (set) return set;
    const code = letter === "x" || letter === "u" ? hexadecimal(letter) : escapes[letter];
    if (code !== undefined) return setOf(code);
    if (/[A-Za-z0-9]/.test(letter)) throw unsupportedTokenizer(`an expression uses \\${letter}`);
    return setOf(letter.codePointAt(0) ?? 0);
  }

  function hexadecimal(letter: string): number {
    const found = /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{4}|[0-9a-fA-F]{2}))/.exec(
      characters.slice(at, at + (letter === "x" && characters[at] !== "{" ? 2 : 8)).join(""),
    );
    if (!found) throw malformed("a character code that is none");
    at += found[0].length;
    return Number.parseInt(found[1] ?? found[2] ?? "", 16);
  }

  function property(opposite: boolean): CharacterSet {
    const end = characters.indexOf("}", at);
    const name = characters[at] === "{" && end > 0 ? characters.slice(at + 1, end).join("") : (characters[at] ?? "");
    at = characters[at] === "{" && end > 0 ? end + 1 : at + 1;
    const mask = maskOfProperty(name.replace(/^\^/, ""));
    if (mask === undefined) throw unsupportedTokenizer(`an expression asks for the characters of ${shown(name)}`);
    return { mask: opposite !== name.startsWith("^") ? not(mask) : mask, ranges: [], negated: false };
  }

  function bracket(): CharacterSet {
    const set: CharacterSet = { mask: 0, ranges: [], negated: characters[at] === "^" };
    if (set.negated) at += 1;
    for (let first = true; first || characters[at] !== "]"; first = false) {
      const character = characters[at];
      if (character === undefined) throw malformed("a set without an end");
      if (character === "[" || (character === "&" && characters[at + 1] === "&")) throw unsupportedTokenizer("an expression has a set inside a set");
      at += 1;
      const found = character === "\\" ? escaped() : setOf(character.codePointAt(0) ?? 0);
      const from = found.mask === 0 ? found.ranges[0] : undefined;
      if (from !== undefined && characters[at] === "-" && characters[at + 1] !== undefined && characters[at + 1] !== "]") {
        at += 1;
        const last = characters[at] as string;
        at += 1;
        const until = last === "\\" ? escaped().ranges[0] : last.codePointAt(0);
        if (until === undefined || until < from) throw malformed("a range that is none");
        set.ranges.push(from, until);
        continue;
      }
      // The opposite of a class is a matter of categories here: the few symbols that `\w` counts as letters are in `[\W]` too.
      set.mask |= found.negated ? not(found.mask) : found.mask;
      if (!found.negated) set.ranges.push(...found.ranges);
    }
    at += 1;
    return set;
  }

  const whole = choice(false);
  if (at < characters.length) throw malformed("a bracket too many");
  return whole;
}

function setOf(codePoint: number): CharacterSet {
  return { mask: 0, ranges: [codePoint, codePoint], negated: false };
}

function asSet(set: CharacterSet, ignoreCase: boolean): PatternNode {
  return { type: "set", set: ignoreCase ? foldCase(set) : set };
}
