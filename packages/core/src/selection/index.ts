export type { CandidateFacts } from "./candidate-facts.ts";
export { type Choice, type Ranking, type Rejection, rankCandidates, type SelectionDevice } from "./rank-candidates.ts";
export type { Preference, SelectionNeed } from "./selection-need.ts";
