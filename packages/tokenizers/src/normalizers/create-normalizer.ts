import type { Step } from "../definition.ts";
import { invalidTokenizer, shown, unsupportedTokenizer } from "../invalid-tokenizer.ts";
import { readBoolean, readString } from "../json-reader.ts";
import { flattenStep, readPattern } from "../steps.ts";
import { fromBase64 } from "../text/base64.ts";
import { createBertNormalizer } from "./bert.ts";
import type { Normalizer } from "./normalizer.ts";
import { createPrecompiled } from "./precompiled.ts";
import { createPatternReplace, createTextReplace } from "./replace.ts";
import { createPrepend, createStrip, createUnicodeForm, lowercase, nmt, stripAccents } from "./simple.ts";

/** @returns undefined when the text stays as it is. */
export function createNormalizer(step: Step | undefined): Normalizer | undefined {
  const normalizers = flattenStep(step, "normalizer").map(createOne);
  if (normalizers.length <= 1) return normalizers[0];
  return {
    apply: (text) => normalizers.reduce((changed, normalizer) => normalizer.apply(changed), text),
    align: (text) => normalizers.reduce((changed, normalizer) => normalizer.align(changed), text),
  };
}

function createOne(step: Step): Normalizer {
  const where = `the normalizer ${shown(step.type)}`;
  switch (step.type) {
    case "NFC":
    case "NFD":
    case "NFKC":
    case "NFKD":
      return createUnicodeForm(step.type);
    case "Lowercase":
      return lowercase;
    case "StripAccents":
      return stripAccents;
    case "Nmt":
      return nmt;
    case "Strip":
      return createStrip({ left: readBoolean(step.strip_left, where, true), right: readBoolean(step.strip_right, where, true) });
    case "Prepend":
      return createPrepend(readString(step.prepend, where));
    case "Replace": {
      const pattern = readPattern(step.pattern, where);
      const content = readString(step.content, where);
      return "text" in pattern ? createTextReplace(pattern.text, content) : createPatternReplace(pattern.expression, content);
    }
    case "BertNormalizer": {
      const lower = readBoolean(step.lowercase, where, true);
      return createBertNormalizer({
        cleanText: readBoolean(step.clean_text, where, true),
        separateChinese: readBoolean(step.handle_chinese_chars, where, true),
        stripAccents: readBoolean(step.strip_accents, where, lower),
        lowercase: lower,
      });
    }
    case "Precompiled": {
      const charsmap = fromBase64(readString(step.precompiled_charsmap, where));
      if (!charsmap) throw invalidTokenizer("is not base64", `the table of ${where}`);
      return createPrecompiled(charsmap);
    }
    default:
      throw unsupportedTokenizer(`it normalizes with ${shown(step.type)}`);
  }
}
