import type { Warning } from "@tenfold/core";
import type { TokenMask } from "../loop/sampling/candidates.ts";

/** What an answer must follow, for one vocabulary. May be used for many answers, one after another or at once. */
export interface Constraint {
  /** What of the request it does not hold the answer to. */
  readonly warnings: readonly Warning[];
  start(): ConstraintMatcher;
}

/** How far one answer has come. */
export interface ConstraintMatcher {
  /** The tokens that may come next; those that end the answer are among them where it may end. Not to be changed. Undefined: any. */
  mask(): TokenMask | undefined;
  /** @throws TenfoldError `generation-failed` for a token that the mask does not allow. */
  accept(token: number): void;
  /** Nothing can follow any more. */
  isComplete(): boolean;
}
