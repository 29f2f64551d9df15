/** What every side is told. */
export interface SideTask {
  /** A folder with model.onnx, its weights and its tokenizer. */
  folder: string;
  /** A JSON file with each prompt (`SidePrompt`), the shortest first. */
  prompts: string;
  /** Tokens to generate after each prompt. */
  tokens: number;
  threads: number;
  /** For ours: in which process. */
  isolation?: "host" | "none";
}
