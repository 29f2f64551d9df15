import { TenfoldError } from "@tenfold/catalog";
import type { Warning } from "@tenfold/core";
import type { TokenMask } from "../loop/sampling/candidates.ts";
import type { Vocabulary } from "../vocabulary.ts";
import type { Automaton, AutomatonState } from "./automaton.ts";
import type { Constraint } from "./constraint.ts";

interface HeldAnswerParts {
  warnings: readonly Warning[];
  first: AutomatonState;
  maskOf: (state: AutomatonState) => TokenMask;
  step: Automaton["step"];
  vocabulary: Vocabulary;
}

const isWhole = (state: AutomatonState) => state.accepts && state.readings.length === 0;

/** All of the answer is held. */
export function createWholeConstraint({ warnings, first, maskOf, step, vocabulary }: HeldAnswerParts): Constraint {
  return {
    warnings,
    start() {
      let state = first;
      return {
        mask: () => maskOf(state),
        accept(token) {
          let next: AutomatonState | null = vocabulary.isSpecial(token) ? null : state;
          for (const byte of vocabulary.bytesOf(token)) next = next && step(next, byte);
          if (!next) throw new TenfoldError("generation-failed", `Token ${token} does not follow the constraint.`);
          state = next;
        },
        isComplete: () => isWhole(state),
      };
    },
  };
}

/**
 * The answer is free until it writes `tag`; what follows is held until it is whole, and the answer is free again. A token that writes the tag and goes
 * on otherwise than it may opens nothing.
 */
export function createTagConstraint(tag: string, { warnings, first, maskOf, step, vocabulary }: HeldAnswerParts): Constraint {
  const opens = new TextEncoder().encode(tag);
  return {
    warnings,
    start() {
      let state: AutomatonState | undefined;
      let last: number[] = [];

      function read(byte: number): void {
        if (state) {
          const next = step(state, byte);
          state = next && !isWhole(next) ? next : undefined;
          return;
        }
        last = [...last.slice(1 - opens.length), byte];
        if (last.length === opens.length && last.every((one, index) => one === opens[index])) [state, last] = [first, []];
      }

      return {
        mask: () => state && maskOf(state),
        accept(token) {
          for (const byte of vocabulary.bytesOf(token)) read(byte);
        },
        isComplete: () => false,
      };
    },
  };
}
