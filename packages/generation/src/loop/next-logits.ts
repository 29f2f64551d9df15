import type { CachedSequence } from "./cached-sequence.ts";
import type { Drafter } from "./drafter.ts";
import type { LogitsModel } from "./logits-model.ts";

export interface NextLogitsOptions {
  model: LogitsModel;
  sequence: CachedSequence;
  drafter?: Drafter | undefined;
  draftTokens: number;
  prefillTokens: number;
  signal: AbortSignal | undefined;
}

/**
 * Gives the logits after all tokens of the sequence. With a drafter, one forward pass also computes what follows its guesses; while
 * the tokens that are really chosen are those that were guessed, no other pass is needed.
 * @returns a function whose result is valid until it is called again. `mostAhead` bounds the tokens worth guessing.
 */
export function createNextLogits({ model, sequence, drafter, draftTokens, prefillTokens, signal }: NextLogitsOptions) {
  let rows: Float32Array = new Float32Array(0);
  let guessed: Int32Array = new Int32Array(0);
  /** Length of the sequence when `rows` were computed. */
  let base = 0;

  function row(index: number): Float32Array {
    return rows.subarray(index * model.vocabularySize, (index + 1) * model.vocabularySize);
  }

  return async (mostAhead: number): Promise<Float32Array> => {
    const ahead = sequence.length - base;
    if (ahead >= 1 && ahead <= guessed.length && guessed[ahead - 1] === sequence.tokens[sequence.length - 1]) {
      sequence.accept();
      return row(ahead);
    }
    await sequence.settle();
    // Guesses are verified with logits for all that is computed, so that there only one token may be left.
    await sequence.prefill(model.keepsLastLogits && !drafter ? prefillTokens : 1, prefillTokens, signal);
    const most = Math.min(draftTokens, mostAhead, model.contextSize - sequence.length);
    guessed = drafter && sequence.cutsBack && most > 0 ? await drafter.draft(sequence.tokens, sequence.length, most, signal) : new Int32Array(0);
    // A draft model may have more tokens than this one.
    const unknown = guessed.findIndex((token) => token >= model.vocabularySize);
    if (unknown >= 0) guessed = guessed.subarray(0, unknown);
    rows = await sequence.forward(guessed, signal);
    base = sequence.length;
    return row(0);
  };
}
