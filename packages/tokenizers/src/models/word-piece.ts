import type { WordLevelDefinition, WordPieceDefinition } from "../definition.ts";
import { invalidTokenizer, shown } from "../invalid-tokenizer.ts";
import { utf8Bytes } from "../text/utf8.ts";
import { createVocabularyIndex, type VocabularyIndex } from "../vocabulary-index.ts";
import { findToken } from "./byte-tokens.ts";
import { createByteTrie } from "./byte-trie.ts";
import type { Model } from "./model.ts";
import { pushToken } from "./token-sink.ts";

/**
 * WordPiece: the longest token that begins a word, then the longest that goes on, which begins with the prefix. A word that cannot be
 * covered, or is too long, is unknown as a whole.
 */
export function createWordPiece({ vocabulary, unknown, continuingPrefix, mostCharacters }: WordPieceDefinition): Model {
  const unknownId = requireToken(createVocabularyIndex(vocabulary), unknown);
  const trie = createByteTrie(vocabulary);
  /** Where tokens that go on with a word begin; -1 when there are none. */
  const continuing = utf8Bytes(continuingPrefix).reduce((node, byte) => (node < 0 ? node : trie.next(node, byte)), 0);

  return {
    encodeWord(bytes, start, end, sink) {
      const from = sink.length;
      // Bytes are at least as many as characters, which have to be counted only for a word that may be too long.
      const tooLong = end - start > mostCharacters && countCharacters(bytes, start, end, mostCharacters) > mostCharacters;
      for (let at = start; at < end; ) {
        let token = -1;
        let stop = at;
        let node = tooLong ? -1 : at > start ? continuing : 0;
        for (let next = at; next < end && node >= 0; ) {
          node = trie.next(node, bytes[next] as number);
          next += 1;
          const found = node < 0 ? -1 : trie.tokenAt(node);
          if (found >= 0) {
            token = found;
            stop = next;
          }
        }
        if (token < 0) {
          sink.length = from;
          pushToken(sink, unknownId, start, end);
          return;
        }
        pushToken(sink, token, at, stop);
        at = stop;
      }
    },
  };
}

/** Whole words only. */
export function createWordLevel({ vocabulary, unknown }: WordLevelDefinition): Model {
  const index = createVocabularyIndex(vocabulary);
  const unknownId = findToken(index, unknown);
  return {
    encodeWord(bytes, start, end, sink) {
      const found = index.find(bytes, start, end);
      if (found < 0 && unknownId < 0) throw invalidTokenizer(`names ${shown(unknown)} for what it does not know, which is no token of it`, "the model");
      pushToken(sink, found < 0 ? unknownId : found, start, end);
    },
  };
}

function requireToken(index: VocabularyIndex, token: string): number {
  const id = findToken(index, token);
  if (id < 0) throw invalidTokenizer(`names ${shown(token)} for what it does not know, which is no token of it`, "the model");
  return id;
}

/** Characters, counted no further than one beyond `most`. */
function countCharacters(bytes: Uint8Array, start: number, end: number, most: number): number {
  let count = 0;
  for (let at = start; at < end && count <= most; at += 1) if (((bytes[at] as number) & 0xc0) !== 0x80) count += 1;
  return count;
}
