import type { TokenMask } from "../loop/sampling/candidates.ts";
import type { Automaton, AutomatonState, Reading } from "./automaton.ts";
import type { NetworkNode } from "./network.ts";
import type { TokenTrie } from "./token-trie.ts";

export interface TokenMasks {
  /** The tokens that may follow a state. Not to be changed. */
  of(state: AutomatonState): TokenMask;
}

/** What the places of one rule allow, whatever called it. */
interface Alone {
  mask: TokenMask;
  /** Places of the trie where the rule may end, so that the rest of the token is up to the caller. */
  exits: readonly number[];
}

/** Masks and tokens of one rule that are remembered, each 16 kB at 128,000 tokens. */
const maxRemembered = 1024;

/**
 * Token masks of an automaton's states, remembered. A state is looked at in two parts: what its places allow within their rule,
 * which is the same wherever the rule is called (a string is a string), and the few tokens that go beyond its end.
 */
export function createTokenMasks(automaton: Automaton, trie: TokenTrie, endTokens: readonly number[]): TokenMasks {
  let masks = new Map<AutomatonState, TokenMask>();
  let alone = new Map<string, Alone>();
  const path: AutomatonState[] = [];

  /** Walks the places from `from` to `to`, all below a place of depth `depth` where the text so far leads to `state`. */
  function walk(state: AutomatonState, from: number, to: number, depth: number, mask: TokenMask, exits: number[] | undefined): void {
    path[depth] = state;
    for (let place = from; place < to; ) {
      const at = trie.depths[place] as number;
      const next = automaton.step(path[at - 1] as AutomatonState, trie.bytes[place] as number);
      if (next === null) {
        place = trie.ends[place] as number;
        continue;
      }
      path[at] = next;
      for (let token = trie.tokens[place] as number; token >= 0; token = trie.nextTokens[token] as number) {
        mask[token >> 5] = (mask[token >> 5] as number) | (1 << (token & 31));
      }
      if (next.leaves) exits?.push(place);
      place += 1;
    }
  }

  function withinRule(nodes: readonly NetworkNode[]): Alone {
    const key = nodes.map(({ id }) => id).join();
    let found = alone.get(key);
    if (!found) {
      const exits: number[] = [];
      const mask = new Uint32Array(trie.maskWords);
      walk(automaton.alone(nodes), 0, trie.size, 0, mask, exits);
      found = { mask, exits };
      if (alone.size >= maxRemembered) alone = new Map();
      alone.set(key, found);
    }
    return found;
  }

  function create(state: AutomatonState): TokenMask {
    const mask = new Uint32Array(trie.maskWords);
    const byCaller = new Map<Reading, NetworkNode[]>();
    for (const { node, caller } of state.readings) {
      if (!node || !caller) continue;
      const nodes = byCaller.get(caller);
      if (nodes) nodes.push(node);
      else byCaller.set(caller, [node]);
    }
    for (const [caller, nodes] of byCaller) {
      const { mask: own, exits } = withinRule(nodes);
      for (let word = 0; word < mask.length; word += 1) mask[word] = (mask[word] as number) | (own[word] as number);
      if (exits.length === 0 || automaton.isBottom(caller)) continue;
      const resumed = automaton.resume(caller);
      for (const exit of exits) walk(resumed, exit + 1, trie.ends[exit] as number, trie.depths[exit] as number, mask, undefined);
    }
    if (state.accepts) for (const token of endTokens) mask[token >> 5] = (mask[token >> 5] as number) | (1 << (token & 31));
    return mask;
  }

  return {
    of(state) {
      let mask = masks.get(state);
      if (!mask) {
        mask = create(state);
        if (masks.size >= maxRemembered) masks = new Map();
        masks.set(state, mask);
      }
      return mask;
    },
  };
}
