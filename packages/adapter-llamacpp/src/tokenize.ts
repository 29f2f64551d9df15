import type { NativeModel } from "./binding.ts";

/** Text to tokens, where `parseSpecial` is all that makes special tokens. */
export type Tokenize = (text: string, parseSpecial: boolean) => number[];

/**
 * llama.cpp makes a model's own "user-defined" tokens of plain text as well, and with many models the tags around thoughts and tool
 * calls are such. In plain text they are parted here, so that nobody's message opens a tool call.
 * @param tags texts of the tags that are one token.
 */
export function createTokenize(native: NativeModel, tags: Iterable<string>): Tokenize {
  const texts = [...tags];
  const anyTag = texts.length === 0 ? undefined : new RegExp(texts.map((text) => text.replace(/[^\w<>]/g, "\\$&")).join("|"), "g");

  return (text, parseSpecial) => {
    if (parseSpecial || !anyTag) return native.tokenize(text, parseSpecial);
    const cuts = [...text.matchAll(anyTag)].map(({ index }) => index + 1);
    return [0, ...cuts].flatMap((start, piece) => native.tokenize(text.slice(start, cuts[piece]), false));
  };
}
