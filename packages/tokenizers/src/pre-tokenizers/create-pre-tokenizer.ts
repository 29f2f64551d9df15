import type { Step } from "../definition.ts";
import { shown, unsupportedTokenizer } from "../invalid-tokenizer.ts";
import { readBoolean, readString, readWhole } from "../json-reader.ts";
import { flattenStep, readPattern } from "../steps.ts";
import { numbers, punctuation, whiteSpace } from "../text/categories.ts";
import { utf8Length } from "../text/utf8.ts";
import { knownPatterns, patterns } from "./known-patterns.ts";
import { createMetaspaceRewrite, prefixSpace, readMetaspace } from "./metaspace.ts";
import { pushPiece, type Splitter } from "./pieces.ts";
import type { Stage } from "./pre-tokenizer.ts";
import { createDelimiterSplitter, delimitByCategory, delimitByPattern, delimitByText, readBehavior, type SplitBehavior } from "./split.ts";
import { createWordSplitter } from "./words.ts";

/** What `Whitespace` means by a word, which is not quite what expressions do. */
const wordCharacters = "\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\u200c\\u200d\\u24b6-\\u24e9\\u{1f130}-\\u{1f149}\\u{1f150}-\\u{1f169}\\u{1f170}-\\u{1f189}";

/** @throws TenfoldError `invalid-format`, `unsupported-format` for a step that is not known. */
export function createPreTokenizer(step: Step | undefined): Stage[] {
  return flattenStep(step, "pre-tokenizer").flatMap(createStages);
}

/** Whether the words of this pre-tokenizer are bytes rather than characters. */
export function isByteLevel(step: Step | undefined): boolean {
  return flattenStep(step, "pre-tokenizer").some(({ type }) => type === "ByteLevel");
}

function createStages(step: Step): Stage[] {
  const where = `the pre-tokenizer ${shown(step.type)}`;
  switch (step.type) {
    case "ByteLevel":
      return [
        ...(readBoolean(step.add_prefix_space, where, true) ? [{ rewrite: prefixSpace }] : []),
        ...(readBoolean(step.use_regex, where, true) ? [{ split: createExpressionSplitter(patterns.gpt2, "Isolated", false) }] : []),
      ];
    case "Split": {
      const pattern = readPattern(step.pattern, where);
      const behavior = readBehavior(step.behavior);
      const invert = readBoolean(step.invert, where, false);
      if ("expression" in pattern) return [{ split: createExpressionSplitter(pattern.expression, behavior, invert) }];
      return pattern.text === "" ? [] : [{ split: createDelimiterSplitter(delimitByText(pattern.text), behavior, invert) }];
    }
    case "Digits":
      return [{ split: createDelimiterSplitter(delimitByCategory(numbers), readBoolean(step.individual_digits, where, false) ? "Isolated" : "Contiguous") }];
    case "Punctuation":
      return [{ split: createDelimiterSplitter(delimitPunctuation(), step.behavior === undefined ? "Isolated" : readBehavior(step.behavior)) }];
    case "WhitespaceSplit":
      return [{ split: splitAtWhiteSpace() }];
    case "Whitespace":
      return [{ split: createDelimiterSplitter(delimitByPattern(`[${wordCharacters}]+|[^${wordCharacters}\\s]+`), "Removed", true) }];
    case "BertPreTokenizer":
      return [{ split: splitAtWhiteSpace() }, { split: createDelimiterSplitter(delimitPunctuation(), "Isolated") }];
    case "CharDelimiterSplit":
      return [{ split: createDelimiterSplitter(delimitByText(readString(step.delimiter, where)), "Removed") }];
    case "Metaspace": {
      const settings = readMetaspace(step);
      const split = { split: createDelimiterSplitter(delimitByText(settings.replacement), "MergedWithNext") };
      return [{ rewrite: createMetaspaceRewrite(settings) }, ...(settings.split ? [split] : [])];
    }
    case "FixedLength":
      return [{ split: createFixedLengthSplitter(Math.max(1, readWhole(step.length ?? 5, where, 2 ** 31 - 1))) }];
    default:
      throw unsupportedTokenizer(`it cuts text with ${shown(step.type)}`);
  }
}

function createExpressionSplitter(source: string, behavior: SplitBehavior, invert: boolean): Splitter {
  const known = knownPatterns.get(source);
  // Their matches cover any text, so that it makes no difference whether matches are kept or what lies between is removed.
  if (known && ((behavior === "Isolated" && !invert) || (behavior === "Removed" && invert && known.strictSigns !== true))) return createWordSplitter(known);
  return createDelimiterSplitter(delimitByPattern(source), behavior, invert);
}

function splitAtWhiteSpace(): Splitter {
  return createDelimiterSplitter(delimitByCategory(whiteSpace), "Removed");
}

/** Signs of ASCII count, although some are symbols to Unicode. */
function delimitPunctuation() {
  const sign = (byte: number) => byte > 0x20 && byte < 0x7f && !/[0-9A-Za-z]/.test(String.fromCharCode(byte));
  const signs = Array.from({ length: 256 }, (_, byte) => sign(byte));
  return delimitByCategory(punctuation, (byte) => signs[byte] === true);
}

function createFixedLengthSplitter(length: number): Splitter {
  return (bytes, start, end, pieces) => {
    for (let at = start; at < end; ) {
      let stop = at;
      for (let count = 0; count < length && stop < end; count += 1) stop += utf8Length(bytes[stop] as number);
      pushPiece(pieces, at, stop);
      at = stop;
    }
  };
}
