import type { Tokenizer } from "@tenfold/tokenizers";

/** Not seen, and no part of any token's text. */
const wordJoiner = "\u2060";

/**
 * Tokens as the text that a library makes the same tokens of, for one that takes text alone and makes special tokens of whatever looks like one: what
 * looks so and is not, because somebody wrote it in a message, is broken up.
 */
export function createPromptText(tokenizer: Tokenizer): (tokens: readonly number[]) => string {
  const special = new Set(tokenizer.addedTokens.map(({ id }) => id));
  const texts = tokenizer.addedTokens.map(({ content }) => content).filter((content) => content.trim().length > 1);
  const looksSpecial = texts.length === 0 ? undefined : new RegExp(texts.map((text) => text.replace(/[^\w<>]/g, "\\$&")).join("|"), "g");

  return (tokens) => {
    let text = "";
    let plain: number[] = [];
    const flush = () => {
      const written = tokenizer.decode(plain, { skipSpecial: false });
      text += looksSpecial ? written.replace(looksSpecial, (found) => found.slice(0, 1) + wordJoiner + found.slice(1)) : written;
      plain = [];
    };
    for (const token of tokens) {
      if (!special.has(token)) plain.push(token);
      else {
        flush();
        text += tokenizer.decode([token], { skipSpecial: false });
      }
    }
    flush();
    return text;
  };
}
