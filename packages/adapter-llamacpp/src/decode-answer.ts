const lookBack = 8;

export interface DecodeAnswerOptions {
  detokenize(tokens: readonly number[], special: boolean, before: readonly number[]): string;
  /** Special tokens that are part of an answer's text nevertheless: the tags around thoughts and tool calls. */
  tags: ReadonlyMap<number, string>;
  /** Its end decides about the answer's first space. */
  prompt: readonly number[];
}

/** Decodes a few tokens of an answer, given the ones before them in the answer. */
export function createAnswerDecoder({ detokenize, tags, prompt }: DecodeAnswerOptions): (tokens: readonly number[], before: readonly number[]) => string {
  const promptEnd = prompt.slice(-lookBack);
  return (tokens, before) => {
    let text = "";
    let past = [...promptEnd, ...before].slice(-lookBack);
    let plain: number[] = [];
    const flush = () => {
      if (plain.length > 0) text += detokenize(plain, false, past);
      past = [...past, ...plain].slice(-lookBack);
      plain = [];
    };
    for (const token of tokens) {
      const tag = tags.get(token);
      if (tag === undefined) {
        plain.push(token);
        continue;
      }
      flush();
      text += tag;
      past = [...past, token].slice(-lookBack);
    }
    flush();
    return text;
  };
}
