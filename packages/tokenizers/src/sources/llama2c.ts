import type { TokenizerDefinition, TokenizerSettings } from "../definition.ts";
import { invalidTokenizer } from "../invalid-tokenizer.ts";
import { limits } from "../limits.ts";
import { isUtf8, readUtf8 } from "../text/utf8.ts";
import { type Piece, type PieceType, sentencePieceDefinition } from "./sentencepiece-definition.ts";

const what = "the tokenizer.bin";
const headerBytes = 16;

interface Header {
  size: number;
  bosId: number;
  eosId: number;
  /** Bytes of the longest piece. */
  longest: number;
}

function readHeader(view: DataView): Header {
  if (view.byteLength < headerBytes) throw invalidTokenizer("is cut off", what);
  const [size = 0, bosId = 0, eosId = 0, longest = 0] = [0, 4, 8, 12].map((at) => view.getUint32(at, true));
  if (size === 0 || size > limits.tokens || longest === 0 || longest > limits.matchedTokenBytes)
    throw invalidTokenizer("begins with no sizes that make sense", what);
  return { size, bosId, eosId, longest };
}

/**
 * Reads what ExecuTorch makes of a SentencePiece model: little-endian, the number of pieces, the ids of beginning and end, the bytes of the
 * longest piece, then for each piece its score, its length and its text, with spaces for ▁. Kinds of pieces are not kept: a byte is known by
 * its name, `<0x0A>`.
 * @throws TenfoldError `invalid-format` when it is damaged.
 */
export function readLlama2c(bytes: Uint8Array, given: TokenizerSettings = {}): TokenizerDefinition {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(view);
  const pieces: Piece[] = [];
  let at = headerBytes;
  while (pieces.length < header.size) {
    const id = pieces.length;
    const length = at + 8 <= bytes.length ? view.getUint32(at + 4, true) : undefined;
    if (length === undefined || at + 8 + length > bytes.length) throw invalidTokenizer(`is cut off at piece ${id} of ${header.size}`, what);
    if (length > header.longest) throw invalidTokenizer(`has ${length} bytes, and the longest ${header.longest}`, `piece ${id}`);
    const text = bytes.subarray(at + 8, at + 8 + length);
    if (!isUtf8(text)) throw invalidTokenizer("is not UTF-8", `piece ${id}`);
    pieces.push(pieceOf(readUtf8(text), view.getFloat32(at, true), id, header));
    at += 8 + length;
  }
  const named = (id: number) => pieces[id]?.text;
  const tokens = { bosToken: named(header.bosId), eosToken: named(header.eosId), unknownToken: pieces.find(({ type }) => type === "unknown")?.text };
  return sentencePieceDefinition({
    algorithm: "bpe",
    pieces,
    charsmap: new Uint8Array(0),
    addDummyPrefix: true,
    removeExtraSpaces: false,
    addBos: true,
    addEos: false,
    settings: { ...Object.fromEntries(Object.entries(tokens).filter(([, token]) => token !== undefined)), ...given },
  });
}

function pieceOf(text: string, score: number, id: number, { bosId, eosId }: Header): Piece {
  return { text: text.replaceAll(" ", "▁"), score, type: typeOf(text, id === bosId || id === eosId) };
}

function typeOf(text: string, isControl: boolean): PieceType {
  if (isControl || text === "<pad>") return "control";
  if (text === "<unk>") return "unknown";
  return /^<0x[0-9A-F]{2}>$/.test(text) ? "byte" : "normal";
}
