/** One prompt that every side of a comparison answers: its token ids lie in a file, so that all compute the same. */
export interface SidePrompt {
  text: string;
  ids: number[];
}

/** What every side prints, as one line of JSON. */
export interface SideFigures<Run extends SideRun = SideRun> {
  loadMs: number;
  runs: readonly Run[];
}

export interface SideRun {
  timeToFirstTokenMs: number;
  decodeTokensPerSecond: number;
  text: string;
  /** Of the process that computes, at most so far; where the side says so, of both together. */
  peakBytes: number;
}
