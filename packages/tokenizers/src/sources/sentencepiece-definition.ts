import type { AddedToken, ModelDefinition, Step, TokenizerDefinition, TokenizerSettings } from "../definition.ts";
import { invalidTokenizer } from "../invalid-tokenizer.ts";
import { toBase64 } from "../text/base64.ts";
import { createVocabularyBuilder } from "../vocabulary.ts";
import { mergesFromRanks } from "./merges-from-ranks.ts";

/** What kind of thing a piece is; the numbers stand in the files. */
export const pieceTypes = ["none", "normal", "unknown", "control", "user-defined", "unused", "byte"] as const;
export type PieceType = (typeof pieceTypes)[number];

export interface Piece {
  readonly text: string;
  readonly score: number;
  readonly type: PieceType;
}

/** A SentencePiece model, from its own file or from GGUF. */
export interface SentencePieceModel {
  readonly algorithm: "bpe" | "unigram";
  readonly pieces: readonly Piece[];
  /** The table of replacements; empty when text stays as it is. */
  readonly charsmap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraSpaces: boolean;
  /** Whether `addSpecial` puts these around a text. */
  readonly addBos: boolean;
  readonly addEos: boolean;
  readonly settings: TokenizerSettings;
}

const space = "▁";

/** The tokenizer that does what SentencePiece would with this model. */
export function sentencePieceDefinition(source: SentencePieceModel): TokenizerDefinition {
  const { algorithm, pieces, addDummyPrefix, settings } = source;
  if (pieces.length === 0) throw invalidTokenizer("is empty", "the vocabulary");
  const model = algorithm === "bpe" ? bpe(pieces) : unigram(pieces);
  // Words may be cut apart at their spaces unless a piece holds a space behind something else.
  const split = pieces.every(({ text, type }) => type !== "normal" || !/[^▁]▁/.test(text));
  const decoders: Step[] = [
    { type: "Replace", pattern: { String: space }, content: " " },
    { type: "ByteFallback" },
    { type: "Fuse" },
    ...(addDummyPrefix ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
  ];
  return {
    model,
    normalizer: { type: "Sequence", normalizers: normalizers(source) },
    ...(algorithm === "unigram" ? { preTokenizer: { type: "Metaspace", replacement: space, prepend_scheme: addDummyPrefix ? "always" : "never", split } } : {}),
    ...postProcessor(source),
    decoder: { type: "Sequence", decoders },
    addedTokens: pieces.flatMap(addedToken),
    settings,
  };
}

function normalizers({ algorithm, charsmap, addDummyPrefix, removeExtraSpaces }: SentencePieceModel): Step[] {
  return [
    ...(charsmap.length > 0 ? [{ type: "Precompiled", precompiled_charsmap: toBase64(charsmap) }] : []),
    ...(removeExtraSpaces
      ? [
          { type: "Replace", pattern: { Regex: " {2,}" }, content: " " },
          { type: "Replace", pattern: { Regex: "\\A | \\z" }, content: "" },
        ]
      : []),
    ...(algorithm === "bpe" && addDummyPrefix ? [{ type: "Prepend", prepend: space }] : []),
    ...(algorithm === "bpe" ? [{ type: "Replace", pattern: { String: " " }, content: space }] : []),
  ];
}

function addedToken({ text, type }: Piece, id: number): AddedToken[] {
  if (type !== "control" && type !== "user-defined" && type !== "unknown") return [];
  return [{ id, content: text, special: type !== "user-defined", normalized: false, lstrip: false, rstrip: false, singleWord: false }];
}

function buildVocabulary(pieces: readonly Piece[]) {
  const builder = createVocabularyBuilder(pieces.length);
  for (const [id, { text }] of pieces.entries()) builder.add(id, text);
  return builder.build();
}

function bpe(pieces: readonly Piece[]): ModelDefinition {
  const vocabulary = buildVocabulary(pieces);
  const scores = [...new Set(pieces.map(({ score }) => score))].sort((a, b) => b - a);
  const ranks = new Map(scores.map((score, rank) => [score, rank] as const));
  const isText = ({ type }: Piece) => type === "normal" || type === "user-defined" || type === "unused";
  const rankOf = (id: number) => {
    const piece = pieces[id];
    return piece && isText(piece) ? (ranks.get(piece.score) ?? -1) : -1;
  };
  const unknown = pieces.find(({ type }) => type === "unknown")?.text;
  return {
    type: "BPE",
    vocabulary,
    merges: mergesFromRanks(vocabulary, rankOf, "character"),
    byteLevel: false,
    ...(unknown === undefined ? {} : { unknown }),
    byteFallback: pieces.some(({ type }) => type === "byte"),
    fuseUnknown: true,
    ignoreMerges: false,
    continuingPrefix: "",
    endOfWordSuffix: "",
  };
}

function unigram(pieces: readonly Piece[]): ModelDefinition {
  const unknownId = pieces.findIndex(({ type }) => type === "unknown");
  // What is no text must not be made of text: its entry stays, out of the search's reach.
  const hidden = (type: PieceType) => type === "control" || type === "unknown" || type === "byte";
  const least = pieces.reduce((lowest, { score, type }) => (hidden(type) ? lowest : Math.min(lowest, score)), 0);
  return {
    type: "Unigram",
    vocabulary: buildVocabulary(pieces),
    scores: Float64Array.from(pieces, ({ score, type }) => (hidden(type) ? least : score)),
    ...(unknownId < 0 ? {} : { unknownId }),
    byteFallback: pieces.some(({ type }) => type === "byte"),
  };
}

function postProcessor({ pieces, addBos, addEos, settings }: SentencePieceModel): { postProcessor?: Step } {
  const ids = (add: boolean, content: string | undefined) => {
    const id = add && content !== undefined ? pieces.findIndex(({ text }) => text === content) : -1;
    return id < 0 || content === undefined ? [] : [{ id, content }];
  };
  return templateStep(ids(addBos, settings.bosToken), ids(addEos, settings.eosToken));
}

export interface TemplateToken {
  readonly id: number;
  readonly content: string;
}

/** The post-processor that puts tokens around a text; none when there are none to put. */
export function templateStep(before: readonly TemplateToken[], after: readonly TemplateToken[]): { postProcessor?: Step } {
  if (before.length + after.length === 0) return {};
  const special = ({ content }: TemplateToken, type_id: number) => ({ SpecialToken: { id: content, type_id } });
  const text = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  const single = [...before.map((token) => special(token, 0)), text("A", 0), ...after.map((token) => special(token, 0))];
  const second = [...before.map((token) => special(token, 1)), text("B", 1), ...after.map((token) => special(token, 1))];
  const special_tokens = Object.fromEntries([...before, ...after].map(({ id, content }) => [content, { id: content, ids: [id], tokens: [content] }]));
  return { postProcessor: { type: "TemplateProcessing", single, pair: [...single, ...second], special_tokens } };
}
