import type { Gguf } from "@tenfold/core/gguf";

/** What a file says about its tokens, beyond what the library tells. */
export interface Vocabulary {
  readonly size: number;
  /** Texts of the tokens that steer the model and that plain text never becomes. */
  readonly controlTokens: readonly string[];
  /** Texts of the tokens that plain text does become: runs of spaces in some vocabularies, tags like `<think>` in others. */
  readonly userDefinedTokens: readonly string[];
  readonly beginText: string | undefined;
  readonly endText: string | undefined;
}

const controlType = 3;
const userDefinedType = 4;

export async function readVocabulary(gguf: Gguf, signal: AbortSignal | undefined): Promise<Vocabulary> {
  const options = signal ? { signal } : {};
  const tokens = ((await gguf.array("tokenizer.ggml.tokens", options)) ?? []) as readonly string[];
  const types = (await gguf.array("tokenizer.ggml.token_type", options)) ?? [];
  const textOf = (key: string) => {
    const id = gguf.number(`tokenizer.ggml.${key}_token_id`);
    return id === undefined ? undefined : tokens[id];
  };
  return {
    size: tokens.length,
    controlTokens: tokens.filter((_, id) => types[id] === controlType),
    userDefinedTokens: tokens.filter((_, id) => types[id] === userDefinedType),
    beginText: textOf("bos"),
    endText: textOf("eos"),
  };
}
