import type { AlignedText } from "../text/aligned-text.ts";
import type { Splitter } from "./pieces.ts";

/** A text before it is cut, in a way that depends on where it stands. */
export interface Rewrite {
  apply(text: string, first: boolean): string;
  align(text: AlignedText, first: boolean): AlignedText;
}

/** A pre-tokenizer: changes of the text and cuts, one after the other, each on the pieces of the one before. */
export type Stage = { readonly split: Splitter } | { readonly rewrite: Rewrite };
