import type { SideRun } from "@tenfold/tooling/bench-side";

/** What every side is told. */
export interface SideTask {
  /** A folder for MLX: weights, config.json and tokenizer. */
  folder: string;
  /** A JSON file with each prompt (`SidePrompt`), the shortest first. */
  prompts: string;
  /** Tokens to generate after each prompt. */
  tokens: number;
  /** The folder of the native part, for Tenfold. */
  part: string;
}

export interface MlxRun extends SideRun {
  /** Processor time for each token after the first, of all processes together: what counts on a busy machine. */
  decodeCpuMsPerToken: number;
}
