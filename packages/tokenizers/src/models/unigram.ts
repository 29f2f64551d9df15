import type { UnigramDefinition } from "../definition.ts";
import { invalidTokenizer } from "../invalid-tokenizer.ts";
import { utf8Length } from "../text/utf8.ts";
import { createVocabularyIndex } from "../vocabulary-index.ts";
import { findByteTokens, hasByteTokens } from "./byte-tokens.ts";
import { createByteTrie } from "./byte-trie.ts";
import type { Model } from "./model.ts";
import { pushToken, type TokenSink } from "./token-sink.ts";

/** How much worse than the worst token an unknown character is. */
const unknownPenalty = 10;

/**
 * The unigram model of SentencePiece: of all ways to cut a word into tokens the one with the highest sum of scores (Viterbi).
 * @throws TenfoldError `invalid-format` when the unknown token is not in the vocabulary.
 */
export function createUnigram({ vocabulary, scores, unknownId, byteFallback }: UnigramDefinition): Model {
  if (unknownId !== undefined && unknownId >= vocabulary.size) throw invalidTokenizer(`names ${unknownId} for what it does not know, which is no token of it`, "the model");
  const trie = createByteTrie(vocabulary);
  const index = createVocabularyIndex(vocabulary);
  const byteTokens = byteFallback ? findByteTokens(index) : undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const score of scores) if (score < least) least = score;
  const unknownScore = least - unknownPenalty;
  /** By end of a path: its score, where its last token begins (-1: no path), and that token. */
  let pathScores = new Float64Array(256);
  let pathStarts = new Int32Array(256);
  let pathTokens = new Int32Array(256);

  function offer(end: number, score: number, start: number, token: number): void {
    if ((pathStarts[end] as number) >= 0 && score <= (pathScores[end] as number)) return;
    pathScores[end] = score;
    pathStarts[end] = start;
    pathTokens[end] = token;
  }

  function findPath(bytes: Uint8Array, start: number, length: number): void {
    for (let from = 0; from < length; ) {
      const score = pathScores[from] as number;
      const characterLength = utf8Length(bytes[start + from] as number);
      let hasCharacter = false;
      let node = 0;
      for (let at = from; at < length; at += 1) {
        node = trie.next(node, bytes[start + at] as number);
        if (node < 0) break;
        const token = trie.tokenAt(node);
        if (token < 0) continue;
        offer(at + 1, (scores[token] as number) + score, from, token);
        if (at + 1 - from === characterLength) hasCharacter = true;
      }
      if (!hasCharacter) {
        if (unknownId === undefined) throw invalidTokenizer("names no token for what it does not know, and the text has such a character", "the model");
        offer(from + characterLength, unknownScore + score, from, unknownId);
      }
      from += characterLength;
    }
  }

  function pushUnknown(bytes: Uint8Array, start: number, end: number, sink: TokenSink): void {
    // Unknown characters side by side are one piece, and that may be a token after all.
    const token = index.find(bytes, start, end);
    if (token < 0 && byteTokens && hasByteTokens(byteTokens, bytes, start, end)) {
      for (let at = start; at < end; at += 1) pushToken(sink, byteTokens[bytes[at] as number] as number, start, end);
    } else pushToken(sink, token < 0 ? (unknownId ?? 0) : token, start, end);
  }

  return {
    encodeWord(bytes, start, end, sink) {
      const length = end - start;
      if (pathScores.length <= length) {
        pathScores = new Float64Array(length * 2);
        pathStarts = new Int32Array(length * 2);
        pathTokens = new Int32Array(length * 2);
      }
      pathStarts.fill(-1, 0, length + 1);
      pathScores[0] = 0;
      findPath(bytes, start, length);

      // Backwards along the path, turning each link round, then forwards.
      let at = length;
      let next = -1;
      while (at > 0) {
        const from = pathStarts[at] as number;
        pathStarts[at] = next;
        next = at;
        at = from;
      }
      let unknownStart = -1;
      for (let from = 0, to = next; from < length; from = to, to = pathStarts[to] as number) {
        const token = pathTokens[to] as number;
        if (token === unknownId) {
          if (unknownStart < 0) unknownStart = from;
          continue;
        }
        if (unknownStart >= 0) pushUnknown(bytes, start + unknownStart, start + from, sink);
        unknownStart = -1;
        pushToken(sink, token, start + from, start + to);
      }
      if (unknownStart >= 0) pushUnknown(bytes, start + unknownStart, end, sink);
    },
  };
}
