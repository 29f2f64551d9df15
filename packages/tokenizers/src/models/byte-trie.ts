import { invalidTokenizer } from "../invalid-tokenizer.ts";
import { limits } from "../limits.ts";
import { slotsFor } from "../vocabulary-index.ts";
import type { Vocabulary } from "../vocabulary.ts";

/** The tokens of a vocabulary by their first bytes. */
export interface ByteTrie {
  /** The node behind `node` by way of a byte; -1 when no token goes on so. The root is 0. */
  next(node: number, byte: number): number;
  /** The token that ends at a node, or -1. */
  tokenAt(node: number): number;
}

/**
 * Of equal tokens the later one counts.
 * @throws TenfoldError `invalid-format` when a token is too long.
 */
export function createByteTrie({ size, bytes, offsets }: Vocabulary): ByteTrie {
  let mask = slotsFor(bytes.length) - 1;
  // Keys are node and byte in one number, which a trie of many bytes takes beyond 32 bits: nodes and bytes are kept apart.
  let parents = new Int32Array(mask + 1).fill(-1);
  let labels = new Uint8Array(mask + 1);
  let children = new Int32Array(mask + 1);
  let tokens = new Int32Array(Math.max(16, bytes.length + 1)).fill(-1);
  let nodes = 1;

  function slotOf(node: number, byte: number): number {
    let hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(byte, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    while (parents[slot] !== -1 && (parents[slot] !== node || labels[slot] !== byte)) slot = (slot + 1) & mask;
    return slot;
  }

  for (let id = 0; id < size; id += 1) {
    const start = offsets[id] as number;
    const end = offsets[id + 1] as number;
    if (start === end) continue;
    if (end - start > limits.matchedTokenBytes) throw invalidTokenizer(`has ${end - start} bytes; ${limits.matchedTokenBytes} is the most`, `token ${id}`);
    let node = 0;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] as number;
      const slot = slotOf(node, byte);
      if (parents[slot] === -1) {
        parents[slot] = node;
        labels[slot] = byte;
        children[slot] = nodes;
        nodes += 1;
      }
      node = children[slot] as number;
    }
    tokens[node] = id;
  }
  // Prefixes are shared: half of the room and more is free by now.
  const kept = slotsFor(nodes);
  if (kept <= mask) {
    const old = { parents, labels, children };
    mask = kept - 1;
    parents = new Int32Array(kept).fill(-1);
    labels = new Uint8Array(kept);
    children = new Int32Array(kept);
    for (let index = 0; index < old.parents.length; index += 1) {
      if (old.parents[index] === -1) continue;
      const slot = slotOf(old.parents[index] as number, old.labels[index] as number);
      parents[slot] = old.parents[index] as number;
      labels[slot] = old.labels[index] as number;
      children[slot] = old.children[index] as number;
    }
    tokens = tokens.slice(0, nodes);
  }

  return {
    next(node, byte) {
      const slot = slotOf(node, byte);
      return parents[slot] === -1 ? -1 : (children[slot] as number);
    },
    tokenAt: (node) => tokens[node] as number,
  };
}
