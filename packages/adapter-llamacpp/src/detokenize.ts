import type { Tokenizer } from "@tenfold/tokenizers";
import type { NativeModel } from "./binding.ts";

/** Tokens to text, as llama.cpp does it, for libraries that do so in another thread only. */
export function createDetokenize(tokenizer: Tokenizer): NativeModel["detokenize"] {
  const special = new Set(tokenizer.addedTokens.filter((token) => token.special).map(({ id }) => id));
  return (tokens, showsSpecial, before = []) => {
    if (before.length === 0) return tokenizer.decode(tokens, { skipSpecial: !showsSpecial });
    // In the middle of a text a space at the beginning stays, which `decode` would take for the text's own beginning.
    const shown = tokens.filter((token) => showsSpecial || !special.has(token));
    return new TextDecoder().decode(joined(shown.map((token) => tokenizer.bytesOf(token))));
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
