/** What a side is told. All sides of one contest read the same prompt and write the same number of tokens. */
export interface SideTask {
  /** A framework's name: "llama.cpp". */
  framework: string;
  format: string;
  /** The model's files, the weights first. */
  files: readonly string[];
  /** Settings that only the framework has. */
  frameworkOptions?: Readonly<Record<string, unknown>>;
  /** Folders of native parts, by their names. */
  nativeParts: Readonly<Record<string, string>>;
  prompt: string;
  tokens: number;
  threads: number;
}

/** What a side prints, as one line of JSON. What it cannot tell is absent. */
export interface SideFigures {
  loadMs?: number;
  timeToFirstTokenMs?: number;
  prefillTokensPerSecond?: number;
  decodeTokensPerSecond?: number;
  /** Of the process that computes, at most. */
  peakBytes?: number;
}
