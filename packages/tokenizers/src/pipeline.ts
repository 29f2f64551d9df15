import type { FoundToken } from "./added-tokens.ts";
import type { Model } from "./models/model.ts";
import { pushToken, type TokenSink } from "./models/token-sink.ts";
import type { Normalizer } from "./normalizers/normalizer.ts";
import { createPieces, type Pieces, pushPiece } from "./pre-tokenizers/pieces.ts";
import type { Stage } from "./pre-tokenizers/pre-tokenizer.ts";
import { type AlignedText, alignText, encodeAligned, plainText, sliceAligned } from "./text/aligned-text.ts";
import { utf8Capacity, writeUtf8 } from "./text/utf8.ts";

/** The way from text without added tokens to tokens. */
export interface Pipeline {
  /** Appends the tokens of a text. @param origin the unit of the whole input that it begins at. */
  encode(text: string, origin: number, sink: TokenSink): void;
}

export interface PipelineOptions {
  model: Model;
  normalizer: Normalizer | undefined;
  stages: readonly Stage[];
  /** Finds added tokens that are looked for in normalized text. */
  findNormalized: ((text: string) => FoundToken[]) | undefined;
}

/** Scratch space beyond this is given back after use. */
const keptBytes = 1024 * 1024;

/** The fast way: no account of where tokens came from. Stages that change text must come before those that cut it. */
export function createPlainPipeline({ model, normalizer, stages, findNormalized }: PipelineOptions): Pipeline {
  const rewrites = stages.flatMap((stage) => ("rewrite" in stage ? [stage.rewrite] : []));
  const splitters = stages.flatMap((stage) => ("split" in stage ? [stage.split] : []));
  let bytes = new Uint8Array(4096);
  let [current, following] = [createPieces(), createPieces()];

  function encodeWords(text: string, first: boolean, sink: TokenSink): void {
    let changed = text;
    for (const rewrite of rewrites) changed = rewrite.apply(changed, first);
    if (utf8Capacity(changed.length) > bytes.length) bytes = new Uint8Array(utf8Capacity(changed.length));
    const end = writeUtf8(changed, bytes);
    if (end === 0) return;
    current.length = 0;
    pushPiece(current, 0, end);
    for (const split of splitters) {
      following.length = 0;
      for (let at = 0; at < current.length; at += 2) split(bytes, current.bounds[at] as number, current.bounds[at + 1] as number, following);
      [current, following] = [following, current];
    }
    const { bounds, length } = current;
    for (let at = 0; at < length; at += 2) model.encodeWord(bytes, bounds[at] as number, bounds[at + 1] as number, sink);
    if (bytes.length > keptBytes) {
      bytes = new Uint8Array(4096);
      [current, following] = [createPieces(), createPieces()];
    }
  }

  return {
    encode(text, origin, sink) {
      const normalized = normalizer ? normalizer.apply(text) : text;
      let done = 0;
      for (const { id, start, end } of findNormalized?.(normalized) ?? []) {
        if (start > done) encodeWords(normalized.slice(done, start), origin + done === 0, sink);
        pushToken(sink, id, 0, 0);
        done = end;
      }
      if (done < normalized.length) encodeWords(done === 0 ? normalized : normalized.slice(done), origin + done === 0, sink);
    },
  };
}

/** The careful way: spans are UTF-16 units of the whole input. */
export function createAlignedPipeline({ model, normalizer, stages, findNormalized }: PipelineOptions): Pipeline {
  function runStages(text: AlignedText): AlignedText[] {
    let pieces = [text];
    for (const stage of stages) {
      pieces = pieces.flatMap((piece) => ("rewrite" in stage ? [stage.rewrite.align(piece, piece.starts[0] === 0)] : cut(piece, stage.split)));
    }
    return pieces.filter((piece) => piece.codePoints.length > 0);
  }

  function encodePiece(piece: AlignedText, sink: TokenSink): void {
    const { bytes, characters } = encodeAligned(piece);
    const from = sink.length;
    model.encodeWord(bytes, 0, bytes.length, sink);
    const { spans } = sink;
    if (!spans) return;
    for (let index = from; index < sink.length; index += 1) {
      const first = characters[spans[index * 2] as number] as number;
      const last = characters[(spans[index * 2 + 1] as number) - 1] as number;
      spans[index * 2] = piece.starts[first] ?? 0;
      spans[index * 2 + 1] = piece.ends[last] ?? 0;
    }
  }

  function encodeText(text: AlignedText, sink: TokenSink): void {
    for (const piece of runStages(text)) encodePiece(piece, sink);
  }

  return {
    encode(text, origin, sink) {
      const aligned = alignText(text, origin);
      const normalized = normalizer ? normalizer.align(aligned) : aligned;
      const found = findNormalized ? inCharacters(normalized, findNormalized(plainText(normalized))) : [];
      let done = 0;
      for (const { id, start, end } of found) {
        if (start > done) encodeText(sliceAligned(normalized, done, start), sink);
        pushToken(sink, id, normalized.starts[start] ?? 0, normalized.ends[end - 1] ?? 0);
        done = end;
      }
      encodeText(done === 0 ? normalized : sliceAligned(normalized, done, normalized.codePoints.length), sink);
    },
  };
}

/** Places in UTF-16 units as places in characters. */
function inCharacters({ codePoints }: AlignedText, found: readonly FoundToken[]): FoundToken[] {
  if (found.length === 0) return [];
  const places = new Map<number, number>();
  let unit = 0;
  for (const [index, codePoint] of codePoints.entries()) {
    places.set(unit, index);
    unit += codePoint > 0xffff ? 2 : 1;
  }
  places.set(unit, codePoints.length);
  return found.map(({ id, start, end }) => ({ id, start: places.get(start) ?? 0, end: places.get(end) ?? 0 }));
}

function cut(piece: AlignedText, split: (bytes: Uint8Array, start: number, end: number, pieces: Pieces) => void): AlignedText[] {
  if (piece.codePoints.length === 0) return [];
  const { bytes, characters } = encodeAligned(piece);
  const pieces = createPieces();
  split(bytes, 0, bytes.length, pieces);
  const cuts: AlignedText[] = [];
  for (let at = 0; at < pieces.length; at += 2) {
    cuts.push(sliceAligned(piece, characters[pieces.bounds[at] as number] as number, characters[pieces.bounds[at + 1] as number] as number));
  }
  return cuts;
}
