import type { WordRules } from "./words.ts";

const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const cased =
  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+SUFFIX|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*SUFFIX";
const signsAndBreaks = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";
const signsAndSlashes = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*";
const space = "\\s+(?!\\S)|\\s+";
const spaceAndBreaks = `\\s*[\\r\\n]+|${space}`;

const gpt2: WordRules = { contractions: "lower-case", word: "letters", before: "space", digits: Number.POSITIVE_INFINITY, after: "nothing" };
const cl100k: WordRules = { contractions: "any-case", word: "letters", before: "any", digits: 3, after: "line-breaks" };
const o200k: WordRules = { contractions: "suffix", word: "cased", before: "any", digits: 3, after: "line-breaks-and-slashes" };

function cl100kText(begin: string, digits: string): string {
  return `${begin}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}|${signsAndBreaks}|${spaceAndBreaks}`;
}

/** The expressions of well-known tokenizers. */
export const patterns = {
  /** What byte-level tokenizers cut with when they name nothing else. */
  gpt2: `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|${space}`,
  /** Also Llama 3's. */
  cl100k: cl100kText(contractions, "\\p{N}{1,3}"),
  qwen: cl100kText(contractions, "\\p{N}"),
  /** Marks may stand inside words. */
  qwen35: `${contractions}|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${spaceAndBreaks}`,
  /** Also Llama 4's. */
  o200k: `${cased.replaceAll("SUFFIX", `${contractions}?`)}|\\p{N}{1,3}|${signsAndSlashes}|${spaceAndBreaks}`,
  /** Mistral's. */
  tekken: `${cased.replaceAll("SUFFIX", "")}|\\p{N}|${signsAndSlashes}|${spaceAndBreaks}`,
  /** The last of the three that DeepSeek cuts with. */
  deepSeekWords: `[!"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_\`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|${spaceAndBreaks}`,
} as const;

/** The same as rules for a scanner, by their text. */
export const knownPatterns: ReadonlyMap<string, WordRules> = new Map<string, WordRules>([
  [patterns.gpt2, gpt2],
  [`'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|${space}`, gpt2],
  [patterns.cl100k, cl100k],
  [patterns.qwen, { ...cl100k, digits: 1 }],
  [patterns.qwen35, { ...cl100k, digits: 1, word: "letters-and-marks" }],
  [patterns.o200k, o200k],
  [patterns.tekken, { ...o200k, contractions: "none", digits: 1 }],
  [patterns.deepSeekWords, { contractions: "none", word: "letters-and-marks", before: "no-sign", digits: 0, after: "line-breaks", strictSigns: true }],
]);
