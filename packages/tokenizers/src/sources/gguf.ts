import { type ByteSource, type Gguf, readGguf } from "@tenfold/core/gguf";
import type { AddedToken, TokenizerDefinition, TokenizerSettings } from "../definition.ts";
import { invalidTokenizer, shown, unsupportedTokenizer } from "../invalid-tokenizer.ts";
import { fromByteAlphabet } from "../text/byte-alphabet.ts";
import { createVocabularyBuilder } from "../vocabulary.ts";
import { byteLevelStep, ggufPreTokenizers } from "./gguf-pre-tokenizers.ts";
import { readMerges } from "./read-merges.ts";
import { type Piece, type PieceType, pieceTypes, sentencePieceDefinition, templateStep } from "./sentencepiece-definition.ts";

const prefix = "tokenizer.ggml";

/** What every kind of tokenizer in GGUF has. */
interface GgufTokens {
  readonly gguf: Gguf;
  readonly pieces: readonly Piece[];
  readonly settings: TokenizerSettings;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads the tokenizer that a GGUF file carries in its metadata; the weights are not read.
 * @throws TenfoldError `invalid-format` when something is missing or of the wrong type, `unsupported-format` for a kind that is not known.
 */
export async function readGgufTokenizer(source: ByteSource, given: TokenizerSettings = {}, signal?: AbortSignal): Promise<TokenizerDefinition> {
  const gguf = await readGguf(source, signal ? { signal } : {});
  const kind = gguf.string(`${prefix}.model`);
  if (kind === undefined) throw invalidTokenizer("is missing, so that the file holds no tokenizer", `${prefix}.model`);
  const texts = await readList(gguf, "tokens", "string", signal);
  if (!texts) throw invalidTokenizer("is missing", `${prefix}.tokens`);
  const scores = await readList(gguf, "scores", "number", signal);
  const types = await readList(gguf, "token_type", "number", signal);
  for (const [name, list] of Object.entries({ scores, token_type: types })) {
    if (list && list.length !== texts.length) throw invalidTokenizer(`has ${list.length} values for ${texts.length} tokens`, `${prefix}.${name}`);
  }
  const pieces = texts.map((text, id) => ({ text, score: scores?.[id] ?? 0, type: pieceTypes[types?.[id] ?? 1] ?? "none" }));
  const tokens: GgufTokens = { gguf, pieces, settings: { ...readSettings(gguf, pieces), ...given }, signal };
  switch (kind) {
    case "gpt2":
      return readByteLevel(tokens);
    case "llama":
    case "t5":
      return readSentencePieces(tokens, kind);
    case "bert":
      return readBert(tokens);
    default:
      throw unsupportedTokenizer(`GGUF calls it ${shown(kind)}`);
  }
}

async function readList<Kind extends "string" | "number">(gguf: Gguf, name: string, kind: Kind, signal: AbortSignal | undefined) {
  const list = await gguf.array(`${prefix}.${name}`, signal ? { signal } : {});
  if (list && typeof (list[0] ?? (kind === "string" ? "" : 0)) !== kind)
    throw invalidTokenizer(`holds ${typeof list[0]}s, expected ${kind}s`, `${prefix}.${name}`);
  return list as readonly (Kind extends "string" ? string : number)[] | undefined;
}

function readSettings(gguf: Gguf, pieces: readonly Piece[]): TokenizerSettings {
  const named = (...names: string[]) => {
    const id = names.map((name) => gguf.number(`${prefix}.${name}_token_id`)).find((found) => found !== undefined);
    return id === undefined ? undefined : pieces[id]?.text;
  };
  const architecture = gguf.string("general.architecture");
  const settings = {
    bosToken: named("bos"),
    eosToken: named("eos"),
    padToken: named("padding"),
    unknownToken: named("unknown"),
    chatTemplate: gguf.string("tokenizer.chat_template"),
    maxLength: architecture === undefined ? undefined : gguf.number(`${architecture}.context_length`),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function readAdded(pieces: readonly Piece[]): AddedToken[] {
  return pieces.flatMap(({ text, type }, id) =>
    type === "control" || type === "user-defined"
      ? [{ id, content: text, special: type === "control", normalized: false, lstrip: false, rstrip: false, singleWord: false }]
      : [],
  );
}

/** Tokens to put around a text, where the file says so. */
function readTemplate({ gguf, pieces, settings }: GgufTokens, defaults: { bos: boolean; eos: boolean }) {
  const around = (add: boolean, content: string | undefined) => {
    const id = add ? pieces.findIndex(({ text }) => text === content) : -1;
    return id < 0 || content === undefined ? [] : [{ id, content }];
  };
  const addBos = gguf.boolean(`${prefix}.add_bos_token`) ?? defaults.bos;
  const addEos = gguf.boolean(`${prefix}.add_eos_token`) ?? defaults.eos;
  return templateStep(around(addBos, settings.bosToken), around(addEos, settings.eosToken));
}

async function readByteLevel(tokens: GgufTokens): Promise<TokenizerDefinition> {
  const { gguf, pieces, settings, signal } = tokens;
  const name = gguf.string(`${prefix}.pre`) ?? "default";
  const preTokenizer = ggufPreTokenizers.get(name);
  if (!preTokenizer) throw unsupportedTokenizer(`GGUF calls the way it cuts text ${shown(name)}`);
  const list = await readList(gguf, "merges", "string", signal);
  if (!list) throw invalidTokenizer("is missing", `${prefix}.merges`);
  const builder = createVocabularyBuilder(pieces.length);
  const ids = new Map<string, number>();
  const textTokens = new Set<number>();
  for (const [id, { text, type }] of pieces.entries()) {
    const bytes = isAdded(type) ? undefined : fromByteAlphabet(text);
    if (bytes) builder.addBytes(id, bytes);
    else {
      builder.add(id, text);
      textTokens.add(id);
    }
    ids.set(text, id);
  }
  return {
    model: {
      type: "BPE",
      vocabulary: builder.build(),
      merges: readMerges(list, ids, ""),
      byteLevel: true,
      ...(textTokens.size > 0 ? { textTokens } : {}),
      byteFallback: false,
      fuseUnknown: false,
      ignoreMerges: preTokenizer.ignoreMerges ?? false,
      continuingPrefix: "",
      endOfWordSuffix: "",
    },
    ...(preTokenizer.compose ? { normalizer: { type: "NFC" } } : {}),
    preTokenizer: byteLevelStep(preTokenizer.expressions),
    ...readTemplate(tokens, { bos: preTokenizer.addBos ?? false, eos: false }),
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    addedTokens: readAdded(pieces),
    settings,
  };
}

function isAdded(type: PieceType): boolean {
  return type === "control" || type === "user-defined";
}

async function readSentencePieces({ gguf, pieces, settings, signal }: GgufTokens, kind: "llama" | "t5"): Promise<TokenizerDefinition> {
  const charsmap = await readList(gguf, "precompiled_charsmap", "number", signal);
  return sentencePieceDefinition({
    algorithm: kind === "llama" ? "bpe" : "unigram",
    pieces,
    charsmap: Uint8Array.from(charsmap ?? []),
    addDummyPrefix: gguf.boolean(`${prefix}.add_space_prefix`) ?? true,
    removeExtraSpaces: gguf.boolean(`${prefix}.remove_extra_whitespaces`) ?? false,
    addBos: gguf.boolean(`${prefix}.add_bos_token`) ?? kind === "llama",
    addEos: gguf.boolean(`${prefix}.add_eos_token`) ?? kind === "t5",
    settings,
  });
}

function readBert(tokens: GgufTokens): TokenizerDefinition {
  const { pieces } = tokens;
  const builder = createVocabularyBuilder(pieces.length);
  // GGUF marks where words begin, WordPiece where they go on.
  const spelled = pieces.map(({ text, type }) => {
    if (isAdded(type) || type === "unknown" || /^\[.*\]$/.test(text)) return text;
    return text.startsWith("▁") ? text.slice(1) : `##${text}`;
  });
  for (const [id, text] of spelled.entries()) builder.add(id, text);
  const unknown = tokens.settings.unknownToken ?? "[UNK]";
  const settings = {
    ...tokens.settings,
    bosToken: tokens.settings.bosToken ?? "[CLS]",
    eosToken:
      tokens.gguf.number(`${prefix}.seperator_token_id`) === undefined
        ? "[SEP]"
        : (pieces[tokens.gguf.number(`${prefix}.seperator_token_id`) ?? 0]?.text ?? "[SEP]"),
  };
  return {
    model: { type: "WordPiece", vocabulary: builder.build(), unknown, continuingPrefix: "##", mostCharacters: 100 },
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    preTokenizer: { type: "BertPreTokenizer" },
    ...readTemplate({ ...tokens, settings }, { bos: true, eos: true }),
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    addedTokens: spelled.flatMap((content, id) =>
      /^\[(?:PAD|UNK|CLS|SEP|MASK)\]$/.test(content)
        ? [{ id, content, special: true, normalized: false, lstrip: false, rstrip: false, singleWord: false }]
        : [],
    ),
    settings,
  };
}
