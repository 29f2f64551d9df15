import type { Vocabulary } from "./vocabulary.ts";

/** A normalizer, pre-tokenizer, post-processor or decoder, in the words of tokenizer.json. */
export interface Step {
  readonly type: string;
  readonly [setting: string]: unknown;
}

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Steers the model; never made from what people write. */
  readonly special: boolean;
  /** Looked for in normalized text rather than in the text as it came. */
  readonly normalized: boolean;
  /** Takes the white space before it, behind it. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly singleWord: boolean;
}

/** Merges of two tokens to one, by rank: the first is done first. */
export interface Merges {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly result: Int32Array;
  /** The rank of each; its place without it. Merges of one rank are done from left to right. */
  readonly ranks?: Int32Array;
}

export interface BpeDefinition {
  readonly type: "BPE";
  readonly vocabulary: Vocabulary;
  readonly merges: Merges;
  /** The vocabulary holds raw bytes, and text is cut to bytes. */
  readonly byteLevel: boolean;
  /** Tokens of a byte-level vocabulary that are text, not bytes: no merge makes them. */
  readonly textTokens?: ReadonlySet<number>;
  readonly unknown?: string;
  readonly byteFallback: boolean;
  readonly fuseUnknown: boolean;
  /** A word that is a token stays whole, whatever the merges say. */
  readonly ignoreMerges: boolean;
  readonly continuingPrefix: string;
  readonly endOfWordSuffix: string;
  /** What `findAdjacentCharacters` found, where it is known already. */
  readonly adjacent?: Uint32Array;
}

export interface UnigramDefinition {
  readonly type: "Unigram";
  readonly vocabulary: Vocabulary;
  readonly scores: Float64Array;
  readonly unknownId?: number;
  readonly byteFallback: boolean;
}

export interface WordPieceDefinition {
  readonly type: "WordPiece";
  readonly vocabulary: Vocabulary;
  readonly unknown: string;
  readonly continuingPrefix: string;
  readonly mostCharacters: number;
}

export interface WordLevelDefinition {
  readonly type: "WordLevel";
  readonly vocabulary: Vocabulary;
  readonly unknown: string;
}

export type ModelDefinition = BpeDefinition | UnigramDefinition | WordPieceDefinition | WordLevelDefinition;

/** Everything that makes a tokenizer, whatever file it came from. Its steps are those of tokenizer.json. */
export interface TokenizerDefinition {
  readonly model: ModelDefinition;
  readonly normalizer?: Step;
  readonly preTokenizer?: Step;
  readonly postProcessor?: Step;
  readonly decoder?: Step;
  readonly addedTokens: readonly AddedToken[];
  readonly settings: TokenizerSettings;
}

/** What files beside the tokenizer say about its use. */
export interface TokenizerSettings {
  readonly bosToken?: string;
  readonly eosToken?: string;
  readonly padToken?: string;
  readonly unknownToken?: string;
  /** Jinja. */
  readonly chatTemplate?: string;
  /** Tokens that the model takes. */
  readonly maxLength?: number;
}
