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

/** The expression that byte-level tokenizers cut with when they name none. */
export const byteLevelPattern = `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|${space}`;

/** The expressions of well-known tokenizers, by their text, as rules for a scanner. */
export const knownPatterns: ReadonlyMap<string, WordRules> = new Map<string, WordRules>([
  [byteLevelPattern, gpt2],
  [`'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|${space}`, gpt2],
  [cl100kText(contractions, "\\p{N}{1,3}"), cl100k],
  [cl100kText(contractions, "\\p{N}"), { ...cl100k, digits: 1 }],
  // Qwen 3.5 lets marks stand inside words.
  [
    `${contractions}|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${spaceAndBreaks}`,
    { ...cl100k, digits: 1, word: "letters-and-marks" },
  ],
  [`${cased.replaceAll("SUFFIX", `${contractions}?`)}|\\p{N}{1,3}|${signsAndSlashes}|${spaceAndBreaks}`, o200k],
  // Mistral's Tekken and its descendants.
  [`${cased.replaceAll("SUFFIX", "")}|\\p{N}|${signsAndSlashes}|${spaceAndBreaks}`, { ...o200k, contractions: "none", digits: 1 }],
  // The last of the three that DeepSeek cuts with.
  [
    `[!"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_\`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|${spaceAndBreaks}`,
    { contractions: "none", word: "letters-and-marks", before: "no-sign", digits: 0, after: "line-breaks", strictSigns: true },
  ],
]);
