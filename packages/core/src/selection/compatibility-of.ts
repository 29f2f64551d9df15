import type { RunVerdict } from "../hardware/can-run.ts";
import type { PerformanceEstimate } from "../hardware/estimate-performance.ts";
import type { MemoryEstimate } from "../memory/memory-estimate.ts";
import type { CandidateFacts } from "./candidate-facts.ts";
import { rankCandidates, type SelectionDevice } from "./rank-candidates.ts";
import type { SelectionNeed } from "./selection-need.ts";

/** One variant under one framework on one device. */
export interface Compatibility {
  verdict: RunVerdict["verdict"];
  /** In words, the decisive one first. */
  reasons: readonly string[];
  neededBytes?: number;
  budgetBytes?: number;
  estimate?: MemoryEstimate;
  /** Absent when nothing tells, or it does not run. */
  performance?: PerformanceEstimate;
}

/** Whether a variant runs under a framework on a device, with what it takes and how fast it will be: by the rules that choose on the device itself. */
export function compatibilityOf(facts: CandidateFacts, device: SelectionDevice, need: SelectionNeed = {}): Compatibility {
  const { choices, rejected } = rankCandidates([facts], device, need);
  const [choice] = choices;
  const [rejection] = rejected;
  const { verdict = "unknown", neededBytes, budgetBytes, reasons = [] } = choice?.verdict ?? rejection?.verdict ?? {};
  const refusedByNeed = rejection !== undefined && verdict !== "does-not-fit";
  return {
    verdict: refusedByNeed ? "unsupported" : verdict,
    reasons: choice?.reasons ?? rejection?.reasons ?? reasons,
    ...(neededBytes === undefined ? {} : { neededBytes }),
    ...(budgetBytes === undefined ? {} : { budgetBytes }),
    ...(facts.estimate ? { estimate: facts.estimate } : {}),
    ...(choice?.performance ? { performance: choice.performance } : {}),
  };
}
