/** What every side is told: token ids lie in a file, so that all compute the same. */
export interface SideTask {
  /** A folder for MLX: weights, config.json and tokenizer. */
  folder: string;
  /** A JSON file: `{ text, ids }` for each prompt, the shortest first. */
  prompts: string;
  /** Tokens to generate after each prompt. */
  tokens: number;
  /** The folder of the native part, for Tenfold. */
  part: string;
}

export interface SidePrompt {
  text: string;
  ids: number[];
}

/** What every side prints, as one line of JSON. */
export interface SideFigures {
  loadMs: number;
  runs: readonly SideRun[];
}

export interface SideRun {
  timeToFirstTokenMs: number;
  decodeTokensPerSecond: number;
  /** Processor time for each token after the first, of all processes together: what counts on a busy machine. */
  decodeCpuMsPerToken: number;
  text: string;
  /** Of the process that computes, at most so far. */
  peakBytes: number;
}
