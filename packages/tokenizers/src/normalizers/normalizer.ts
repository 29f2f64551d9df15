import type { AlignedText } from "../text/aligned-text.ts";

/** Changes a text before it is cut. Both ways give the same text. */
export interface Normalizer {
  apply(text: string): string;
  /** The same, keeping account of where each character came from. */
  align(text: AlignedText): AlignedText;
}
