import { TenfoldError } from "@tenfold/catalog";
import { createTokenTrie } from "./token-trie.ts";

/** A piece of a rendered prompt. */
export interface PromptSegment {
  text: string;
  /** True for a special token that the template wrote; tokenizers parse it as such. Anything else is plain text. */
  special: boolean;
}

/** Private-use characters: no tokenizer gives them a meaning, and no white-space or case rule touches them. */
const firstPrivate = 0xe000;
const lastPrivate = 0xf8ff;

/** Keeps what people wrote from becoming special tokens while a template is rendered around it. */
export interface Shield {
  /** Copies a JSON value with every special token inside its strings and keys broken up. */
  protect<Value>(value: Value): Value;
  /** Splits rendered text at special tokens, and the rest where a token was broken: nothing sees that one in one piece. */
  split(rendered: string): PromptSegment[];
}

export interface SpecialTokens {
  /** A shield whose private characters occur in none of these texts. */
  createShield(texts: Iterable<string>): Shield;
}

export function createSpecialTokens(tokens: Iterable<string>): SpecialTokens {
  // White space steers no model, and to break it up would keep templates from trimming it.
  const all = [...new Set(tokens)].filter((token) => token.trim() !== "");
  const trie = createTokenTrie(all);
  // A token of one character cannot be broken up; another character stands in for it.
  const single = all.filter((token) => [...token].length === 1);

  function createShield(texts: Iterable<string>): Shield {
    const free = freeCharacters([...texts, ...all]);
    const mark = free();
    const standIns = new Map(single.map((token) => [token, free()]));
    // `tojson(ensure_ascii=true)` writes a private character as its escape.
    const marks = new RegExp([mark, escaped(mark)].map(forPattern).join("|"), "gi");
    const back = new Map([...standIns].flatMap(([token, standIn]) => [standIn, escaped(standIn)].map((found) => [found, token] as const)));
    const anyStandIn = back.size === 0 ? undefined : new RegExp([...back.keys()].map(forPattern).join("|"), "gi");

    /** Plain text as it was, parted where a token was broken: some tokenizers match certain tokens in plain text too. */
    function plainParts(text: string): string[] {
      return text.split(marks).map((part) => (anyStandIn ? part.replace(anyStandIn, (found) => back.get(found.toLowerCase()) ?? found) : part));
    }

    function protectText(text: string): string {
      let out = "";
      let copied = 0;
      for (let index = 0; index < text.length; index += 1) {
        if (!trie.mayStartAt(text, index)) continue;
        const first = String.fromCodePoint(text.codePointAt(index) ?? 0);
        out += text.slice(copied, index) + (standIns.get(first) ?? first) + mark;
        copied = index + first.length;
        index = copied - 1;
      }
      return copied === 0 ? text : out + text.slice(copied);
    }

    function protect(value: unknown): unknown {
      if (typeof value === "string") return protectText(value);
      if (Array.isArray(value)) return value.map(protect);
      if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [protectText(key), protect(item)]));
      return value;
    }

    function split(rendered: string): PromptSegment[] {
      const segments: PromptSegment[] = [];
      let plainFrom = 0;
      const plainUntil = (end: number) => {
        for (const text of plainParts(rendered.slice(plainFrom, end))) segments.push({ text, special: false });
      };
      for (let index = 0; index < rendered.length; ) {
        const length = trie.longestAt(rendered, index);
        if (length === 0) {
          index += 1;
          continue;
        }
        plainUntil(index);
        segments.push({ text: rendered.slice(index, index + length), special: true });
        index += length;
        plainFrom = index;
      }
      plainUntil(rendered.length);
      return segments.filter((segment) => segment.text !== "");
    }

    return { protect: <Value>(value: Value) => protect(value) as Value, split };
  }

  return { createShield };
}

function forPattern(text: string): string {
  return text.replace("\\", "\\\\");
}

/** How `tojson(ensure_ascii=true)` writes a character of the private range. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}

/** Gives private characters that are in none of the texts, neither as themselves nor as a JSON escape. */
function freeCharacters(texts: readonly string[]): () => string {
  const taken = new Set<number>();
  for (const text of texts) {
    for (const [found] of text.matchAll(/[\ue000-\uf8ff]|\\u[ef][0-9a-f]{3}/gi)) {
      taken.add(found.length === 1 ? found.charCodeAt(0) : Number.parseInt(found.slice(2), 16));
    }
  }
  let next = firstPrivate;
  return () => {
    while (taken.has(next)) next += 1;
    if (next > lastPrivate)
      throw new TenfoldError("invalid-input", "The messages use every character of Unicode's private range; the chat template needs one for itself.");
    next += 1;
    return String.fromCharCode(next - 1);
  };
}
