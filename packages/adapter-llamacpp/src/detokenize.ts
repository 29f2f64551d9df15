import { joinBytes } from "@tenfold/catalog";
import type { Tokenizer } from "@tenfold/tokenizers";
import type { NativeModel } from "./binding.ts";

/** Tokens to text, as llama.cpp does it, for libraries that do so in another thread only. */
export function createDetokenize(tokenizer: Tokenizer): NativeModel["detokenize"] {
  const special = new Set(tokenizer.addedTokens.filter((token) => token.special).map(({ id }) => id));
  return (tokens, showsSpecial, before = []) => {
    if (before.length === 0) return tokenizer.decode(tokens, { skipSpecial: !showsSpecial });
    // In the middle of a text a space at the beginning stays, which `decode` would take for the text's own beginning.
    const shown = tokens.filter((token) => showsSpecial || !special.has(token));
    return new TextDecoder().decode(joinBytes(shown.map((token) => tokenizer.bytesOf(token))));
  };
}
