import { TenfoldError } from "@tenfold/catalog";
import { createCandidates, likeliest, selectAll, selectTop, type TokenMask } from "./candidates.ts";
import { createPenalties } from "./penalties.ts";
import { createRandomNumbers } from "./random-numbers.ts";
import type { ResolvedSampling } from "./sampling-settings.ts";
import { draw, excludeTopChoices, keepMinP, keepTopP } from "./truncation.ts";

export interface Sampler {
  /**
   * Chooses the next token. Allocates nothing.
   * @param logits one for each token of the vocabulary. Changed in place by penalties and biases.
   * @param history the tokens before it, of which the first `length` count.
   * @param mask the tokens that may be chosen; absent: all.
   * @throws TenfoldError `generation-failed` when no token has a logit that is a number.
   */
  sample(logits: Float32Array, history: Int32Array, length: number, mask?: TokenMask): number;
}

export interface SamplerOptions {
  vocabularySize: number;
  sampling: ResolvedSampling;
  /** A whole number from 0 to 2^32 − 1. */
  seed: number;
  /** Whether a repetition (DRY) does not reach across a token. Default: none is. */
  isBreaker?: (token: number) => boolean;
}

/**
 * Biases, penalties, DRY, top-k, top-p, min-p, XTC, then the temperature, in llama.cpp's order. The same logits, history and seed
 * give the same token in every JavaScript engine: nothing but arithmetic that ECMA-262 defines to the last bit decides.
 */
export function createSampler({ vocabularySize, sampling, seed, isBreaker = () => false }: SamplerOptions): Sampler {
  const { temperature, topK, topP, minP, dry, xtc } = sampling;
  const biases = Object.entries(sampling.logitBias ?? {}).map(([token, bias]) => ({ token: Number(token), bias }));
  const candidates = createCandidates(vocabularySize);
  const random = createRandomNumbers(seed);
  const penalties = createPenalties(vocabularySize, {
    ...sampling,
    dry: dry && {
      multiplier: dry.multiplier,
      base: dry.base ?? 1.75,
      allowedLength: dry.allowedLength ?? 2,
      window: dry.window ?? Number.POSITIVE_INFINITY,
      isBreaker,
    },
  });

  return {
    sample(logits, history, length, mask) {
      for (const { token, bias } of biases) logits[token] = (logits[token] as number) + bias;
      penalties?.apply(logits, history, length);
      if (temperature === 0) return found(likeliest(logits, mask));
      if (topK > 0 && topK < vocabularySize) selectTop(candidates, logits, topK, mask);
      else selectAll(candidates, logits, mask);
      if (candidates.count === 0) return found(-1);
      if (topP < 1) keepTopP(candidates, topP);
      if (minP > 0) keepMinP(candidates, minP);
      if (xtc) excludeTopChoices(candidates, xtc, random);
      return draw(candidates, temperature, random);
    },
  };
}

function found(token: number): number {
  if (token >= 0) return token;
  throw new TenfoldError("generation-failed", "The model gave no token that may be chosen: its logits are no numbers, or all are banned.", {
    remedy: "Check the sampling settings; if they are plain, load another variant of the model.",
  });
}
