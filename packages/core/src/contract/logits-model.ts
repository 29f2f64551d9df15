export interface ForwardOptions {
  /** For which of the tokens to return logits: the last, all, or none, which only fills the cache. */
  logits: "last" | "all" | "none";
  signal?: AbortSignal | undefined;
}

/** A model that computes logits and nothing else, with one sequence in its cache. */
export interface LogitsModel {
  readonly vocabularySize: number;
  /** Tokens that the cache takes. */
  readonly contextSize: number;
  /** Logits of the last token alone cost one row however many tokens are computed with it, so that a prompt's end needs no pass of its own. */
  readonly keepsLastLogits?: boolean;
  /**
   * Adds tokens to the cache. Calls never overlap.
   * @returns one row of `vocabularySize` for each token asked for, valid until the next call. The caller may change it.
   * After a rejection, the cache holds what `truncate` says.
   */
  forward(tokens: Int32Array, options: ForwardOptions): Promise<Float32Array>;
  /** Drops all but the first `length` tokens from the cache. @returns how many are kept: `length` if possible, else fewer, down to 0. */
  truncate(length: number): Promise<number>;
  /** A copy with the same cache, for frameworks that can. */
  fork?(): Promise<LogitsModel>;
  dispose(): Promise<void>;
}
