import type { LoadedModel } from "@tenfold/core";
import type { Tokenizer } from "@tenfold/tokenizers";
import type { Lifetime } from "./create-lifetime.ts";

/** A model's tokenizer as the contract shows it, for as long as the model lives. */
export function shownTokenizer(tokenizer: Tokenizer, lifetime: Lifetime): NonNullable<LoadedModel["tokenizer"]> {
  return {
    vocabularySize: tokenizer.vocabularySize,
    async encode(text, { parseSpecial = false } = {}) {
      lifetime.check();
      return tokenizer.encode(text, { parseSpecial });
    },
    async decode(tokens, { special = false } = {}) {
      lifetime.check();
      return tokenizer.decode(tokens, { skipSpecial: !special });
    },
  };
}
