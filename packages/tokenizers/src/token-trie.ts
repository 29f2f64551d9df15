interface TrieNode {
  next: Map<number, TrieNode>;
  ends: boolean;
}

/** Finds strings of a fixed set inside text, one step for each UTF-16 unit looked at. */
export interface TokenTrie {
  /** Length of the longest string that starts at `index`; 0 when none does. */
  longestAt(text: string, index: number): number;
  /** True when a string starts at `index`, or when the text ends within one: what is rendered behind it might complete it. */
  mayStartAt(text: string, index: number): boolean;
}

export function createTokenTrie(tokens: Iterable<string>): TokenTrie {
  const root: TrieNode = { next: new Map(), ends: false };
  for (const token of tokens) {
    let node = root;
    for (let index = 0; index < token.length; index += 1) {
      const unit = token.charCodeAt(index);
      let next = node.next.get(unit);
      if (!next) {
        next = { next: new Map(), ends: false };
        node.next.set(unit, next);
      }
      node = next;
    }
    if (token !== "") node.ends = true;
  }

  return {
    longestAt(text, index) {
      let longest = 0;
      let node: TrieNode | undefined = root;
      for (let at = index; at < text.length; at += 1) {
        node = node.next.get(text.charCodeAt(at));
        if (!node) break;
        if (node.ends) longest = at + 1 - index;
      }
      return longest;
    },
    mayStartAt(text, index) {
      let node: TrieNode = root;
      for (let at = index; at < text.length; at += 1) {
        const next = node.next.get(text.charCodeAt(at));
        if (!next) return false;
        if (next.ends) return true;
        node = next;
      }
      return text.slice(index).trim() !== "";
    },
  };
}
