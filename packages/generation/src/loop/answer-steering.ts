import type { Constraint, ConstraintMatcher } from "../constraint/constraint.ts";
import type { TokenMask } from "./sampling/candidates.ts";
import type { ReasoningOptions } from "./token-loop.ts";

export interface AnswerSteering {
  /** The token that has to come next, whatever the logits. */
  forced(): number | undefined;
  mask(): TokenMask | undefined;
  saw(token: number): void;
  /** The constraint lets nothing follow. */
  isComplete(): boolean;
}

interface AnswerSteeringOptions {
  constraint: Constraint | undefined;
  reasoning: ReasoningOptions | undefined;
  isThinking: () => boolean;
}

/** Opens and closes thoughts, and lets the constraint begin behind them. */
export function createAnswerSteering({ constraint, reasoning, isThinking }: AnswerSteeringOptions): AnswerSteering {
  const queue: number[] = reasoning?.startsInside ? [] : [...(reasoning?.begin ?? [])];
  const budget = reasoning?.closeTokens?.length ? (reasoning.budgetTokens ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  let thinkingTokens = 0;
  let closed = false;
  let wasForced = false;
  let matcher: ConstraintMatcher | undefined;
  if (queue.length === 0 && !isThinking()) matcher = constraint?.start();

  return {
    forced() {
      const token = queue.shift();
      wasForced = token !== undefined;
      return token;
    },
    mask: () => (isThinking() ? undefined : matcher?.mask()),
    saw(token) {
      if (!isThinking()) {
        if (matcher) matcher.accept(token);
        else if (queue.length === 0) matcher = constraint?.start();
        return;
      }
      // Also of thoughts that a model opens while a constraint waits for a call.
      if (queue.length > 0) return;
      if (wasForced) return;
      thinkingTokens += 1;
      if (thinkingTokens < budget || closed) return;
      closed = true;
      queue.push(...(reasoning?.closeTokens ?? []));
    },
    isComplete: () => matcher?.isComplete() ?? false,
  };
}
