export interface TokenText {
  /** The text that has become whole with this token. */
  push(token: number): string;
  /** What is still incomplete, with U+FFFD where bytes are missing. */
  end(): string;
}

/** Most bytes a UTF-8 character has: a longer wait is not for a character to become whole. */
const characterLimitBytes = 4;
const replacement = "\ufffd";

/**
 * Turns tokens into text without ever splitting a character: tokens wait until the text they end with is whole.
 * @param decode the tokenizer's own decoding of a few tokens in a row, given the ones before them.
 */
export function createTokenText(decode: (tokens: readonly number[], before: readonly number[]) => string): TokenText {
  const contextLength = 8;
  let before: number[] = [];
  let waiting: number[] = [];

  function flush(text: string, count: number): string {
    before = [...before, ...waiting.slice(0, count)].slice(-contextLength);
    waiting = waiting.slice(count);
    return text;
  }

  return {
    push(token) {
      waiting.push(token);
      const text = decode(waiting, before);
      if (!text.endsWith(replacement)) return flush(text, waiting.length);
      if (waiting.length < characterLimitBytes) return "";
      // The first token never became whole; a character that began behind it still may.
      return flush(decode(waiting.slice(0, 1), before), 1);
    },
    end() {
      return waiting.length === 0 ? "" : flush(decode(waiting, before), waiting.length);
    },
  };
}
