import type { Gguf } from "@tenfold/core/gguf";

/** Ids that configurations name. */
export interface SpecialTokens {
  readonly begin?: number;
  readonly pad?: number;
  /** Each of which ends an answer; the first ends a text. */
  readonly ends: readonly number[];
}

export function readSpecialTokens(gguf: Gguf): SpecialTokens {
  const id = (name: string) => gguf.number(`tokenizer.ggml.${name}_token_id`);
  const [begin, pad] = [id("bos"), id("padding")];
  const ends = ["eos", "eot", "eom"].map(id).filter((found) => found !== undefined);
  return { ...(begin === undefined ? {} : { begin }), ...(pad === undefined ? {} : { pad }), ends: [...new Set(ends)] };
}
