import type { AddedToken, TokenizerDefinition, TokenizerSettings } from "../definition.ts";
import { invalidTokenizer } from "../invalid-tokenizer.ts";
import { limits } from "../limits.ts";
import { fromBase64 } from "../text/base64.ts";
import { createVocabularyBuilder } from "../vocabulary.ts";
import { rankedDefinition } from "./ranked-definition.ts";
import { templateStep } from "./sentencepiece-definition.ts";

/** The first special tokens of files that do not list them, by id; the rest are fillers. */
const firstTokens = [
  "<unk> <s> </s> [INST] [/INST] [AVAILABLE_TOOLS] [/AVAILABLE_TOOLS] [TOOL_RESULTS] [/TOOL_RESULTS] [TOOL_CALLS]",
  "[IMG] <pad> [IMG_BREAK] [IMG_END] [PREFIX] [MIDDLE] [SUFFIX] [SYSTEM_PROMPT] [/SYSTEM_PROMPT] [TOOL_CONTENT]",
].flatMap((line) => line.split(" "));

/**
 * Reads Mistral's `tekken.json`: ranks as tiktoken has them, after so many special tokens, and fewer of them than the file holds.
 * @throws TenfoldError `invalid-format` when it is damaged.
 */
export function readTekken(text: string, given: TokenizerSettings = {}): TokenizerDefinition {
  const { config, vocab, special_tokens } = parsed(text);
  const { pattern, default_vocab_size: size, default_num_special_tokens: specialCount } = (config ?? {}) as Record<string, unknown>;
  if (typeof pattern !== "string") throw invalidTokenizer("is no text", "config.pattern");
  if (!isWhole(size, limits.tokens)) throw invalidTokenizer("is no number of tokens", "config.default_vocab_size");
  if (!isWhole(specialCount, Math.min(size, limits.addedTokens))) throw invalidTokenizer("is no number of tokens", "config.default_num_special_tokens");
  const count = size - specialCount;
  if (!Array.isArray(vocab) || vocab.length < count) throw invalidTokenizer(`is no list of ${count} tokens`, "vocab");
  const builder = createVocabularyBuilder(size);
  for (const [rank, entry] of vocab.slice(0, count).entries()) {
    if (entry?.rank !== rank) throw invalidTokenizer("is out of order", `vocab[${rank}]`);
    const bytes = typeof entry.token_bytes === "string" ? fromBase64(entry.token_bytes) : undefined;
    if (!bytes || bytes.length === 0) throw invalidTokenizer("is no base64", `vocab[${rank}].token_bytes`);
    builder.addBytes(specialCount + rank, bytes);
  }
  const settings = { bosToken: "<s>", eosToken: "</s>", unknownToken: "<unk>", padToken: "<pad>" };
  return {
    ...rankedDefinition(builder.build(), pattern, specialTokens(special_tokens, specialCount), { ...settings, ...given }),
    ...templateStep([{ id: 1, content: "<s>" }], []),
  };
}

/** Checked by hand: the readers of tokenizer.json would be cut off into a part of their own, which every page would have to fetch. */
function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch (error) {
    throw invalidTokenizer("is not JSON", "tekken.json", error);
  }
}

const isWhole = (value: unknown, most: number): value is number => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;

function specialTokens(listed: unknown, count: number): AddedToken[] {
  const named = new Map(firstTokens.map((content, id) => [id, { content, special: true }]));
  if (listed !== undefined && listed !== null) {
    if (!Array.isArray(listed)) throw invalidTokenizer("is no list", "special_tokens");
    named.clear();
    for (const [index, token] of listed.entries()) {
      if (!isWhole(token?.rank, count - 1) || typeof token.token_str !== "string") throw invalidTokenizer("is no token", `special_tokens[${index}]`);
      named.set(token.rank, { content: token.token_str, special: token.is_control !== false });
    }
  }
  return Array.from({ length: count }, (_, id) => {
    const token = named.get(id) ?? { content: `<SPECIAL_${id}>`, special: true };
    return { id, ...token, normalized: false, lstrip: false, rstrip: false, singleWord: false };
  });
}
