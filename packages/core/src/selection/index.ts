export type { CandidateFacts } from "./candidate-facts.ts";
export { type Compatibility, compatibilityOf } from "./compatibility-of.ts";
export {
  compatibilityRulesVersion,
  contextSizeOf,
  defaultContextSize,
  type ListedNeed,
  listedFacts,
  type ModelFacts,
  rankListed,
  selectionDeviceOf,
} from "./listed-facts.ts";
export { type Choice, type Ranking, type Rejection, rankCandidates, type SelectionDevice } from "./rank-candidates.ts";
export type { Preference, SelectionNeed } from "./selection-need.ts";
