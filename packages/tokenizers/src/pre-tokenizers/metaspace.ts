import type { Step } from "../definition.ts";
import { invalidTokenizer, shown } from "../invalid-tokenizer.ts";
import { readBoolean, readString } from "../json-reader.ts";
import { createTextReplace } from "../normalizers/replace.ts";
import { prependAligned } from "../normalizers/simple.ts";
import type { Rewrite } from "./pre-tokenizer.ts";

export interface MetaspaceSettings {
  /** What stands for a space, one character. */
  replacement: string;
  prepend: "always" | "first" | "never";
  split: boolean;
}

export function readMetaspace(step: Step): MetaspaceSettings {
  const replacement = readString(step.replacement ?? "▁", "the replacement of Metaspace");
  if ([...replacement].length !== 1) throw invalidTokenizer(`is ${shown(replacement)}, expected one character`, "the replacement of Metaspace");
  // Older files say `add_prefix_space`.
  const prepend = step.prepend_scheme ?? (step.add_prefix_space === false ? "never" : "always");
  if (prepend !== "always" && prepend !== "first" && prepend !== "never") throw invalidTokenizer(`is ${shown(prepend)}`, "the prepend_scheme of Metaspace");
  return { replacement, prepend, split: readBoolean(step.split, "the setting split of Metaspace", true) };
}

/** Puts `replacement` in place of spaces, and before a text that does not begin with it. */
export function createMetaspaceRewrite({ replacement, prepend }: MetaspaceSettings): Rewrite {
  const replace = createTextReplace(" ", replacement);
  const first = replacement.codePointAt(0);
  const prepends = (isFirst: boolean) => prepend === "always" || (prepend === "first" && isFirst);
  return {
    apply(text, isFirst) {
      const replaced = replace.apply(text);
      return replaced === "" || replaced.startsWith(replacement) || !prepends(isFirst) ? replaced : replacement + replaced;
    },
    align(text, isFirst) {
      const replaced = replace.align(text);
      return replaced.codePoints[0] === first || !prepends(isFirst) ? replaced : prependAligned(replaced, replacement);
    },
  };
}

/** Puts a space before a text that does not begin with one. */
export const prefixSpace: Rewrite = {
  apply: (text) => (text === "" || text.startsWith(" ") ? text : ` ${text}`),
  align: (text) => (text.codePoints[0] === 0x20 ? text : prependAligned(text, " ")),
};
