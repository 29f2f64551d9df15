import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A program that has loaded a model and answers prompts, one line each. */
export interface OpenProgram {
  readonly loadMs: number;
  /** Tokens per second of one answer, from its first token to its last. */
  decode(prompt: string): Promise<number>;
  close(): Promise<void>;
}

/** Starts a program that prints a number once it has loaded its model, and one for each line that it reads. */
export async function openProgram(command: string, words: readonly string[]): Promise<OpenProgram> {
  const child = spawn(command, words, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const number = async () => {
    const { value, done } = await lines.next();
    if (done || !Number.isFinite(Number(value))) throw new Error(`${command} gave ${done ? "no figure" : value}.`);
    return Number(value);
  };
  return {
    loadMs: await number(),
    decode(prompt) {
      child.stdin.write(`${prompt}\n`);
      return number();
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
