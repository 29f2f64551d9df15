import type { BpeDefinition } from "../definition.ts";
import { invalidTokenizer, shown } from "../invalid-tokenizer.ts";
import { codePointIn, utf8Length } from "../text/utf8.ts";
import { createVocabularyIndex, hashBytes } from "../vocabulary-index.ts";
import { createAdjacentCharacters, findAdjacentCharacters } from "./adjacent-characters.ts";
import { findByteTokens, findToken, hasByteTokens } from "./byte-tokens.ts";
import { mergeLong } from "./merge-long.ts";
import { mergeShort, shortWord } from "./merge-short.ts";
import { createMergeTable } from "./merge-table.ts";
import type { Model } from "./model.ts";
import { clearSymbols, createSymbols, pushSymbol } from "./symbols.ts";
import { pushToken, type TokenSink } from "./token-sink.ts";
import { createWordCache, longestCachedWord } from "./word-cache.ts";

/**
 * Byte-pair encoding: a word is cut to characters (or bytes), then neighbours are merged in the order of the merges.
 * @throws TenfoldError `invalid-format` when the unknown token is not in the vocabulary.
 */
export function createBpe(definition: BpeDefinition): Model {
  const { vocabulary, merges, byteLevel, textTokens, byteFallback, fuseUnknown, ignoreMerges, continuingPrefix, endOfWordSuffix } = definition;
  const index = createVocabularyIndex(vocabulary, textTokens && ((id) => !textTokens.has(id)));
  const table = createMergeTable(merges);
  const symbols = createSymbols();
  const cache = createWordCache();
  const unknown = definition.unknown === undefined ? -1 : findToken(index, definition.unknown);
  if (definition.unknown !== undefined && unknown < 0) throw invalidTokenizer(`names ${shown(definition.unknown)} for what it does not know, which is no token of it`, "the model");
  const fallback = byteFallback ? findByteTokens(index) : undefined;
  const single = Int32Array.from({ length: byteLevel ? 256 : 128 }, (_, byte) => index.find(Uint8Array.of(byte), 0, 1));
  const decorated = continuingPrefix !== "" || endOfWordSuffix !== "";
  // Unknown characters that fuse are the one thing that reaches across a cut.
  const cuttable = !byteLevel && !decorated && !ignoreMerges && (unknown < 0 || !fuseUnknown || (fallback?.every((id) => id >= 0) ?? false));
  let droppedFirst = 0;
  let adjacent: ReturnType<typeof createAdjacentCharacters> | undefined;

  function idOfCharacter(bytes: Uint8Array, start: number, end: number, first: boolean, last: boolean): number {
    if (!decorated) return end - start === 1 ? (single[bytes[start] as number] as number) : index.find(bytes, start, end);
    const text = `${first ? "" : continuingPrefix}${String.fromCodePoint(codePointIn(bytes, start))}${last ? endOfWordSuffix : ""}`;
    return findToken(index, text);
  }

  /** What is no token, with no token for what is none, belongs to the symbol before it, so that offsets behind it stay right. */
  function drop(length: number): void {
    const last = symbols.length - 1;
    if (last < 0) droppedFirst += length;
    else symbols.lengths[last] = (symbols.lengths[last] as number) + length;
  }

  function cutToCharacters(bytes: Uint8Array, start: number, end: number): void {
    let unknownLength = 0;
    for (let at = start; at < end; ) {
      const length = utf8Length(bytes[at] as number);
      const id = idOfCharacter(bytes, at, at + length, at === start, at + length === end);
      if (id >= 0) {
        if (unknownLength > 0) pushSymbol(symbols, unknown, unknownLength);
        unknownLength = 0;
        pushSymbol(symbols, id, length);
      } else if (fallback && hasByteTokens(fallback, bytes, at, at + length)) {
        // The reference implementation leaves a pending unknown token pending here, so it comes behind these bytes.
        for (let byte = at; byte < at + length; byte += 1) pushSymbol(symbols, fallback[bytes[byte] as number] as number, 1);
      } else if (unknown >= 0) {
        if (unknownLength > 0 && !fuseUnknown) {
          pushSymbol(symbols, unknown, unknownLength);
          unknownLength = 0;
        }
        unknownLength += length;
      } else drop(length);
      at += length;
    }
    if (unknownLength > 0) pushSymbol(symbols, unknown, unknownLength);
  }

  function cutToBytes(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at += 1) {
      const id = single[bytes[at] as number] as number;
      if (id >= 0) pushSymbol(symbols, id, 1);
      else if (unknown >= 0) pushSymbol(symbols, unknown, 1);
      else drop(1);
    }
  }

  function merge(bytes: Uint8Array, start: number, end: number, sink: TokenSink): void {
    const whole = ignoreMerges ? index.find(bytes, start, end) : -1;
    if (whole >= 0) {
      pushToken(sink, whole, start, end);
      return;
    }
    clearSymbols(symbols, end - start);
    droppedFirst = 0;
    if (byteLevel) cutToBytes(bytes, start, end);
    else cutToCharacters(bytes, start, end);
    if (symbols.length > shortWord) mergeLong(symbols, table);
    else mergeShort(symbols, table);
    let at = start + droppedFirst;
    for (let symbol = 0; symbol < symbols.length; symbol += 1) {
      const length = symbols.lengths[symbol] as number;
      pushToken(sink, symbols.ids[symbol] as number, at, at + length);
      at += length;
    }
  }

  function encodePiece(bytes: Uint8Array, start: number, end: number, sink: TokenSink): void {
    if (sink.spans || end - start > longestCachedWord) {
      merge(bytes, start, end, sink);
      return;
    }
    const hash = hashBytes(bytes, start, end);
    if (cache.get(bytes, start, end, hash, sink)) return;
    const from = sink.length;
    merge(bytes, start, end, sink);
    cache.put(bytes, start, end, hash, sink, from);
  }

  function encodeCut(bytes: Uint8Array, start: number, end: number, sink: TokenSink): void {
    adjacent ??= createAdjacentCharacters(definition.adjacent ?? findAdjacentCharacters(vocabulary, merges));
    const { mayJoin } = adjacent;
    let pieceStart = start;
    let previous = codePointIn(bytes, start);
    for (let at = start + utf8Length(bytes[start] as number); at < end; at += utf8Length(bytes[at] as number)) {
      const codePoint = codePointIn(bytes, at);
      if (!mayJoin(previous, codePoint)) {
        encodePiece(bytes, pieceStart, at, sink);
        pieceStart = at;
      }
      previous = codePoint;
    }
    encodePiece(bytes, pieceStart, end, sink);
  }

  return {
    encodeWord(bytes, start, end, sink) {
      if (cuttable) encodeCut(bytes, start, end, sink);
      else encodePiece(bytes, start, end, sink);
    },
  };
}
