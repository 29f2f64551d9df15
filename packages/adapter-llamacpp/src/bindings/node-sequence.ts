import type { LlamaContextSequence, LlamaGrammarEvaluationState, LlamaModel, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import type { NativeSampling, NativeSequence } from "../binding.ts";
import type { Rounds } from "./rounds.ts";
import type { Guesser } from "./speculate.ts";

interface SequenceParts {
  library: typeof import("node-llama-cpp");
  model: LlamaModel;
  sequence: LlamaContextSequence;
  guesser: Guesser | undefined;
  /** How steps of several sequences come together. */
  rounds: Rounds;
}

/** Tokens at the beginning that a full context keeps: models attend to them more than to others. */
const keptAtStart = 4;

/** One of node-llama-cpp's sequences. */
export function createSequence({ library, model, sequence, guesser, rounds }: SequenceParts): NativeSequence {
  function optionsOf(sampling: NativeSampling): SequenceEvaluateOptions {
    const { temperature, topK, topP, minP, seed, penalties, dry, xtc, logitBias, grammar, shiftTokens } = sampling;
    return {
      ...{ temperature, topK, topP, minP, seed, yieldEogToken: true },
      ...(penalties
        ? {
            repeatPenalty: {
              punishTokens: penalties.tokens as () => Token[],
              penalty: penalties.repetition,
              frequencyPenalty: penalties.frequency,
              presencePenalty: penalties.presence,
            },
          }
        : {}),
      ...(dry && dry.multiplier > 0
        ? {
            dryRepeatPenalty: {
              strength: dry.multiplier,
              ...(dry.base === undefined ? {} : { base: dry.base }),
              ...(dry.allowedLength === undefined ? {} : { allowedLength: dry.allowedLength }),
              // Without a number node-llama-cpp passes -1, which llama.cpp takes for none.
              lastTokens: Math.min(dry.window ?? sequence.contextSize, sequence.contextSize),
              ...(dry.breakers === undefined ? {} : { sequenceBreakers: [...dry.breakers] }),
            },
          }
        : {}),
      ...(xtc ? { xtc } : {}),
      ...(logitBias ? { tokenBias: biasOf(logitBias) } : {}),
      ...(grammar ? { grammarEvaluationState: () => grammar() as LlamaGrammarEvaluationState | undefined } : {}),
      ...(shiftTokens ? { contextShift: { size: shiftTokens, strategy: ({ size }) => [{ start: keptAtStart, end: keptAtStart + size }] } } : {}),
    };
  }

  function biasOf(biases: Readonly<Record<number, number>>) {
    const bias = library.TokenBias.for(model);
    for (const [token, logit] of Object.entries(biases)) bias.set(Number(token) as Token, { logit });
    return bias;
  }

  return {
    get tokens() {
      return sequence.contextTokens;
    },
    get appendOnly() {
      return sequence.needsCheckpoints;
    },
    async keep(length) {
      if (length === 0) await sequence.clearHistory();
      else await sequence.eraseContextTokenRanges([{ start: length, end: sequence.nextTokenIndex }]);
    },
    prefill: (tokens) => rounds(() => sequence.evaluateWithoutGeneratingNewTokens(tokens as Token[])),
    async *generate(tokens, sampling) {
      if (guesser) {
        // What looks back at the answer would not see the tokens that are verified with a guess.
        guesser.active = sampling.penalties === undefined && sampling.dry === undefined;
        guesser.updateInputTokens(sampling.history() as Token[]);
      }
      const { probabilities } = sampling;
      const steps = sequence.evaluateWithMetadata(tokens as Token[], { probabilities }, optionsOf(sampling));
      try {
        for (;;) {
          const { done, value } = await rounds(() => steps.next());
          if (done) return;
          yield value;
        }
      } finally {
        await steps.return();
      }
    },
  };
}
