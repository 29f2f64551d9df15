import type { LlamaContextSequence, Token, TokenPredictor } from "node-llama-cpp";
import type { Speculation } from "../options.ts";

type Library = typeof import("node-llama-cpp");

const draftTokens = 8;
const lookupTokens = 4;

/** Guesses that can be switched off for an answer. */
export type Guesser = TokenPredictor & { active: boolean };

/** Guesses the next tokens of one sequence, with a sequence of the draft model's or from the prompt. */
export function createGuesser(library: Library, options: Speculation, draft: LlamaContextSequence | undefined): Guesser {
  const inner = draft ? draftGuesser(library, draft, options.tokens ?? draftTokens) : lookupGuesser(library, options.tokens ?? lookupTokens);
  return new (class extends library.TokenPredictor {
    active = true;
    override reset({ evaluateOptions, ...state }: Parameters<TokenPredictor["reset"]>[0]) {
      // Guesses are held to the grammar where they are verified.
      const { grammarEvaluationState: _, ...free } = evaluateOptions;
      return this.active ? inner.reset({ ...state, evaluateOptions: free }) : undefined;
    }
    override pushTokens(tokens: Token[]) {
      if (this.active) inner.pushTokens(tokens);
    }
    override predictTokens() {
      return this.active ? inner.predictTokens() : [];
    }
    override stop(untilPredictionsExhausted?: boolean) {
      return inner.stop(untilPredictionsExhausted);
    }
    override updateInputTokens(tokens: Token[]) {
      inner.updateInputTokens(tokens);
    }
    override dispose() {
      return inner.dispose();
    }
  })();
}

/** All guesses are waited for: with as many as happen to be there, equal seeds would give different texts. */
function draftGuesser(library: Library, sequence: LlamaContextSequence, tokens: number): TokenPredictor {
  return new library.DraftSequenceTokenPredictor(sequence, { minTokens: tokens, maxTokens: tokens, evaluateOptions: { temperature: 0 } });
}

function lookupGuesser(library: Library, tokens: number): TokenPredictor {
  // A single token that stood in the prompt says little about what follows.
  return new library.InputLookupTokenPredictor({ patternLength: { min: 2 }, predictionLength: { min: 1, max: tokens } });
}
