import { createCandidates, selectTop } from "./candidates.ts";

export interface TokenLogProbability {
  token: number;
  /** Natural logarithm, at most 0. */
  logProbability: number;
}

/** The model's own distribution: before penalties, constraints and temperature. */
export interface LogProbabilities {
  chosen(token: number): number;
  /** Likeliest first. */
  top: readonly TokenLogProbability[];
}

/** Reads log-probabilities from logits before sampling changes them. @param count how many of the likeliest to report. */
export function createLogProbabilityReader(vocabularySize: number, count: number): (logits: Float32Array) => LogProbabilities {
  const candidates = createCandidates(vocabularySize);
  const kept = new Float32Array(vocabularySize);
  return (logits) => {
    selectTop(candidates, logits, Math.max(1, count));
    const most = candidates.logits[0] ?? 0;
    let sum = 0;
    for (let token = 0; token < logits.length; token += 1) {
      const logit = logits[token] as number;
      // These numbers are reported only; no token is chosen by them.
      if (logit > Number.NEGATIVE_INFINITY) sum += Math.exp(logit - most);
    }
    const total = most + Math.log(sum);
    kept.set(logits);
    const of = (logit: number) => Math.min(0, logit - total);
    const top = Array.from({ length: Math.min(count, candidates.count) }, (_, index) => ({
      token: candidates.tokens[index] ?? 0,
      logProbability: of(candidates.logits[index] ?? 0),
    }));
    return { top, chosen: (token) => of(kept[token] ?? Number.NEGATIVE_INFINITY) };
  };
}
