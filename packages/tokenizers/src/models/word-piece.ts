import type { WordLevelDefinition, WordPieceDefinition } from "../definition.ts";
import { invalidTokenizer, shown } from "../invalid-tokenizer.ts";
import { utf8Bytes } from "../text/utf8.ts";
import { createVocabularyIndex, type VocabularyIndex } from "../vocabulary-index.ts";
import { findToken } from "./byte-tokens.ts";
import type { Model } from "./model.ts";
import { pushToken } from "./token-sink.ts";

/**
 * WordPiece: the longest token that begins a word, then the longest that goes on, which begins with the prefix. A word that cannot be
 * covered, or is too long, is unknown as a whole.
 */
export function createWordPiece({ vocabulary, unknown, continuingPrefix, mostCharacters }: WordPieceDefinition): Model {
  const index = createVocabularyIndex(vocabulary);
  const unknownId = requireToken(index, unknown);
  const prefix = utf8Bytes(continuingPrefix);
  let longest = 0;
  for (let id = 0; id < vocabulary.size; id += 1) longest = Math.max(longest, (vocabulary.offsets[id + 1] as number) - (vocabulary.offsets[id] as number));
  /** The prefix, with room for the longest token behind it. */
  const candidate = new Uint8Array(prefix.length + longest);
  candidate.set(prefix);

  function tokenOf(bytes: Uint8Array, start: number, end: number, continues: boolean): number {
    if (!continues) return index.find(bytes, start, end);
    for (let at = start; at < end; at += 1) candidate[prefix.length + at - start] = bytes[at] as number;
    return index.find(candidate, 0, prefix.length + end - start);
  }

  return {
    encodeWord(bytes, start, end, sink) {
      const from = sink.length;
      for (let at = start; at < end; ) {
        let stop = Math.min(end, at + longest);
        let token = -1;
        for (; stop > at; stop -= 1) {
          // Only at the border of a character.
          if (stop < end && ((bytes[stop] as number) & 0xc0) === 0x80) continue;
          token = tokenOf(bytes, at, stop, at > start);
          if (token >= 0) break;
        }
        if (token < 0 || (at === start && countCharacters(bytes, start, end, mostCharacters) > mostCharacters)) {
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
