import type { LogitsModel } from "./logits-model.ts";

/** A model's cache, and the tokens that belong into it: some of the last may not be computed yet. */
export interface CachedSequence {
  readonly tokens: Int32Array;
  /** How many of `tokens` count. */
  readonly length: number;
  /** How many of them the model has computed. */
  readonly computed: number;
  /** False once the model could not keep what it was asked to: going back is dear then. */
  readonly cutsBack: boolean;
  /**
   * Puts a prompt in the place of what was there. The longest common prefix stays in the cache if the owner is the same, all but
   * the prompt's last token at most, for that gives the logits.
   * @returns how many tokens of the prompt are in the cache.
   */
  replace(prompt: ArrayLike<number>, owner: string | undefined): Promise<number>;
  append(token: number): void;
  /** Computes what is not computed but for the last `rest` tokens, in pieces of at most `pieceLength`; looks at the signal before each. */
  prefill(rest: number, pieceLength: number, signal: AbortSignal | undefined): Promise<void>;
  /** Computes what is left and `ahead`, of which nothing is appended. @returns logits of the last token, or of it and all of `ahead`. */
  forward(ahead: Int32Array, signal: AbortSignal | undefined): Promise<Float32Array>;
  /** The last token that was appended is the one that was computed ahead at its place. */
  accept(): void;
  /** Drops computed tokens that are not in `tokens`. */
  settle(): Promise<void>;
}

export function createCachedSequence(model: LogitsModel): CachedSequence {
  const tokens = new Int32Array(model.contextSize);
  let length = 0;
  let computed = 0;
  /** Tokens in the model's cache, more than `computed` while some were computed ahead; undefined when a pass failed. */
  let cached: number | undefined = 0;
  let lastOwner: string | undefined;
  let cutsBack = true;

  async function cutTo(wanted: number): Promise<void> {
    if (cached === wanted) return;
    const before = cached;
    cached = undefined;
    // Nothing is certain until the model has answered.
    computed = 0;
    const kept = await model.truncate(wanted);
    if (before !== undefined && wanted > 0 && kept < wanted) cutsBack = false;
    cached = kept;
    computed = Math.min(wanted, kept);
  }

  async function run(batch: Int32Array, logits: "last" | "all" | "none", signal: AbortSignal | undefined): Promise<Float32Array> {
    signal?.throwIfAborted();
    const before = cached ?? 0;
    cached = undefined;
    const rows = await model.forward(batch, { logits, signal });
    cached = before + batch.length;
    signal?.throwIfAborted();
    return rows;
  }

  async function prefill(rest: number, pieceLength: number, signal: AbortSignal | undefined): Promise<void> {
    while (length - rest > computed) {
      const end = Math.min(length - rest, computed + pieceLength);
      await run(tokens.slice(computed, end), "none", signal);
      computed = end;
    }
  }

  return {
    tokens,
    get length() {
      return length;
    },
    get computed() {
      return computed;
    },
    get cutsBack() {
      return cutsBack;
    },
    async replace(prompt, owner) {
      let common = 0;
      const most = owner === lastOwner ? Math.min(computed, prompt.length - 1) : 0;
      while (common < most && tokens[common] === prompt[common]) common += 1;
      lastOwner = owner;
      length = prompt.length;
      tokens.set(prompt);
      computed = common;
      await cutTo(common);
      return computed;
    },
    append(token) {
      tokens[length] = token;
      length += 1;
    },
    prefill,
    async forward(ahead, signal) {
      const left = tokens.subarray(computed, length);
      const batch = new Int32Array(left.length + ahead.length);
      batch.set(left);
      batch.set(ahead, left.length);
      const rows = await run(batch, ahead.length > 0 ? "all" : "last", signal);
      computed = length;
      return ahead.length > 0 ? rows.subarray((left.length - 1) * model.vocabularySize) : rows;
    },
    accept() {
      computed = length;
    },
    settle: () => cutTo(computed),
  };
}
