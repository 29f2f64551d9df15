import type { ModelCapabilities } from "@tenfold/core";
import type { ConformanceKit, ConformanceSetup } from "./kit.ts";

/** How near a model in one form is to the reference, which is in 32-bit floats. */
export interface Measured {
  /** Tokens of the reference's greedy answers, and how many of them came. */
  tokens?: number;
  equalTokens?: number;
  /** Over the reference's own words, which were given greedily: 1 is certainty. */
  perplexity?: number;
  /** Between log-probabilities of the twenty likeliest first tokens, rank by rank: the largest. */
  largestDifference?: number;
}

/** One thing that every adapter does, as data: runnable wherever there is a kit. */
export interface ConformanceCase {
  /** Stable; adapters name the cases by it that they are known to fail. */
  id: string;
  title: string;
  /** Why the case does not apply to this model or place; undefined when it does. */
  needs?(capabilities: ModelCapabilities, setup: ConformanceSetup): string | undefined;
  /** Rejects when the adapter does not conform, saying how. @returns what was measured by the way, where a case measures. */
  run(kit: ConformanceKit): Promise<Measured> | Promise<void>;
}

export const needsChat = ({ chat }: ModelCapabilities) => (chat ? undefined : "the model does not chat");

export const needsReference =
  (...behaviours: string[]) =>
  (capabilities: ModelCapabilities, { reference }: ConformanceSetup): string | undefined => {
    if (!capabilities.chat) return "the model does not chat";
    if (!reference) return "there are no reference answers for this model";
    const missing = behaviours.filter((behaviour) => !reference.prompts.some((prompt) => prompt.behaviour === behaviour));
    return missing.length > 0 ? `the reference has no prompt for ${missing.join(", ")}` : undefined;
  };
