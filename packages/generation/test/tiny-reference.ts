import { readFileSync } from "node:fs";

export interface TinyPrompt {
  id: string;
  behaviour: string;
  promptTokens: readonly number[];
  maxTokens: number;
  /** The end token included, when the model came to it. */
  outputTokens: readonly number[];
  finished: boolean;
  outputText: string;
  lastPromptLogitsBase64?: string;
}

/** What the tiny model answers, greedily, as another implementation computed it. */
export function tinyPrompts(): readonly TinyPrompt[] {
  const file = new URL("../../adapter-testkit/models/tenfold-tiny/reference.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { prompts: TinyPrompt[] }).prompts;
}

export function tinyPrompt(id: string): TinyPrompt {
  const prompt = tinyPrompts().find((one) => one.id === id);
  if (!prompt) throw new Error(`There is no prompt ${id}.`);
  return prompt;
}

export const tinyEndToken = 2;
