import type { AddedToken } from "./definition.ts";
import { categories, letters, marks, numbers, whiteSpace } from "./text/categories.ts";
import { codePointAt } from "./text/utf8.ts";
import { createTokenTrie, type TokenTrie } from "./token-trie.ts";

/** An added token found in a text, in UTF-16 units, with the white space that it takes. */
export interface FoundToken {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** Finds added tokens in text: at each place the longest. */
export interface AddedTokenFinder {
  /** What is found in `[0, text.length)`, in order, without overlaps. */
  find(text: string): FoundToken[];
}

/** @returns undefined when there is nothing to look for. */
export function createAddedTokenFinder(tokens: readonly AddedToken[], contentOf: (token: AddedToken) => string): AddedTokenFinder | undefined {
  const byContent = new Map<string, AddedToken>();
  for (const token of tokens) if (contentOf(token) !== "") byContent.set(contentOf(token), token);
  if (byContent.size === 0) return undefined;
  const trie: TokenTrie = createTokenTrie(byContent.keys());
  const mayStart = new Uint8Array(0x10000);
  for (const content of byContent.keys()) mayStart[content.charCodeAt(0)] = 1;

  return {
    find(text) {
      const found: FoundToken[] = [];
      let taken = 0;
      for (let at = 0; at < text.length; ) {
        const length = mayStart[text.charCodeAt(at)] === 1 ? trie.longestAt(text, at) : 0;
        const token = length === 0 ? undefined : byContent.get(text.slice(at, at + length));
        if (!token) {
          at += 1;
          continue;
        }
        const end = at + length;
        if (!token.singleWord || (!isWordCharacter(text, at - 1) && !isWordCharacter(text, end))) {
          const from = token.lstrip ? Math.max(taken, spaceStart(text, at)) : at;
          const to = token.rstrip ? spaceEnd(text, end) : end;
          found.push({ id: token.id, start: from, end: to });
          taken = to;
        }
        at = end;
      }
      return found;
    },
  };
}

function isWordCharacter(text: string, at: number): boolean {
  if (at < 0 || at >= text.length) return false;
  const low = (text.charCodeAt(at) & 0xfc00) === 0xdc00 && at > 0;
  const codePoint = codePointAt(text, low ? at - 1 : at);
  return codePoint === 0x5f || (((letters | marks | numbers) >>> (categories()[codePoint] as number)) & 1) === 1;
}

function isSpace(unit: number): boolean {
  return ((whiteSpace >>> (categories()[unit] as number)) & 1) === 1;
}

function spaceStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && isSpace(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

function spaceEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && isSpace(text.charCodeAt(end))) end += 1;
  return end;
}
