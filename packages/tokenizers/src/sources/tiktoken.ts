import type { AddedToken, TokenizerDefinition, TokenizerSettings } from "../definition.ts";
import { invalidTokenizer, shown, unsupportedTokenizer } from "../invalid-tokenizer.ts";
import { limits } from "../limits.ts";
import { patterns } from "../pre-tokenizers/known-patterns.ts";
import { fromBase64 } from "../text/base64.ts";
import { createVocabularyBuilder } from "../vocabulary.ts";
import { rankedDefinition } from "./ranked-definition.ts";

/** What a file of ranks does not say. */
export interface TiktokenOptions {
  /** The expression that cuts text. Known by the number of ranks for GPT-2, cl100k, o200k, Llama 3 and Qwen. */
  pattern?: string;
  /** Special tokens and their ids. Known for the same. */
  specialTokens?: Readonly<Record<string, number>>;
}

interface KnownEncoding {
  pattern: string;
  specialTokens: () => Record<string, number>;
}

/** Encodings by their number of ranks. */
const knownEncodings: Readonly<Record<number, KnownEncoding>> = {
  50256: { pattern: patterns.gpt2, specialTokens: () => ({ "<|endoftext|>": 50256 }) },
  100256: {
    pattern: patterns.cl100k,
    specialTokens: () => ({ "<|endoftext|>": 100257, "<|fim_prefix|>": 100258, "<|fim_middle|>": 100259, "<|fim_suffix|>": 100260, "<|endofprompt|>": 100276 }),
  },
  199998: { pattern: patterns.o200k, specialTokens: () => ({ "<|endoftext|>": 199999, "<|endofprompt|>": 200018 }) },
  128000: { pattern: patterns.cl100k, specialTokens: llama3Tokens },
  151643: { pattern: patterns.qwen, specialTokens: () => ({ "<|endoftext|>": 151643, "<|im_start|>": 151644, "<|im_end|>": 151645 }) },
};

function llama3Tokens(): Record<string, number> {
  const named = [
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "",
    "",
    "<|finetune_right_pad_id|>",
    "",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eom_id|>",
    "<|eot_id|>",
    "<|python_tag|>",
  ];
  let reserved = 0;
  const names = Array.from({ length: 256 }, (_, index) => {
    if (named[index]) return named[index];
    reserved += 1;
    return `<|reserved_special_token_${reserved - 1}|>`;
  });
  return Object.fromEntries(names.map((name, index) => [name, 128000 + index]));
}

/**
 * Reads a file of ranks: on each line a token in base64 and its rank, which is its id.
 * @throws TenfoldError `invalid-format` when it is damaged, `unsupported-format` when its expression is not known and not given.
 */
export function readTiktoken(text: string, settings: TokenizerSettings = {}, options: TiktokenOptions = {}): TokenizerDefinition {
  const lines = text.split("\n");
  if (lines.length > limits.tokens) throw invalidTokenizer(`holds more than ${limits.tokens} tokens`, "the file of ranks");
  const builder = createVocabularyBuilder(lines.length);
  let count = 0;
  for (const [index, line] of lines.entries()) {
    const [token, rank, more] = line.trimEnd().split(" ");
    if (token === "" && rank === undefined) continue;
    const bytes = fromBase64(token ?? "");
    if (!bytes || bytes.length === 0 || rank === undefined || !/^\d{1,7}$/.test(rank) || more !== undefined)
      throw invalidTokenizer(`is ${shown(line)}, expected a token in base64 and a rank`, `line ${index + 1}`);
    builder.addBytes(Number(rank), bytes);
    count += 1;
  }
  const known = knownEncodings[count];
  const pattern = options.pattern ?? known?.pattern;
  if (pattern === undefined) throw unsupportedTokenizer(`a file of ${count} ranks does not say how text is cut; name the expression`);
  const specialTokens = Object.entries(options.specialTokens ?? known?.specialTokens() ?? {}).map(([content, id]) => specialToken(content, id));
  return rankedDefinition(builder.build(), pattern, specialTokens, settings);
}

function specialToken(content: string, id: number): AddedToken {
  if (!Number.isInteger(id) || id < 0 || id >= limits.tokens) throw invalidTokenizer(`has the id ${id}`, `the special token ${shown(content)}`);
  return { id, content, special: true, normalized: false, lstrip: false, rstrip: false, singleWord: false };
}
