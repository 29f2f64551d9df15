import { TenfoldError } from "@tenfold/catalog";
import type { OpenWllama } from "./wllama.ts";

/** The likeliest tokens after what was computed last, with their probabilities. Likeliest first. */
export type Candidates = readonly { token: number; p: number }[];

export interface CandidateRow {
  readonly candidates: Candidates;
  /** Logits up to a constant, one for each token; -Infinity for those that are no candidates. Valid until the next call. */
  readonly logits: Float32Array;
}

/** @param most how many of the likeliest are wanted; all without it. */
export type ReadCandidates = (most?: number) => Promise<CandidateRow>;

export function createCandidateReader(call: OpenWllama["call"], vocabularySize: number): ReadCandidates {
  const logits = new Float32Array(vocabularySize);
  return async (most = vocabularySize) => {
    const candidates = await call((wllama) => wllama.getLogits(Math.min(most, vocabularySize)));
    if (!Number.isFinite(candidates[0]?.p)) {
      throw new TenfoldError("generation-failed", "The model gave no probabilities that are numbers.", {
        framework: "llama.cpp",
        remedy: "Load another variant of the model.",
      });
    }
    logits.fill(Number.NEGATIVE_INFINITY);
    for (const { token, p } of candidates) logits[token] = Math.log(p);
    return { candidates, logits };
  };
}
