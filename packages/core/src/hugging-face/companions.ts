import type { ArtifactRole } from "@tenfold/catalog";
import { folderOf } from "../formats/folder.ts";
import type { RepositoryFile } from "./repository.ts";

const indexes = /\.index\.json$/;
/** What describes the repository or its training rather than the model. */
const unrelated = /^(?:trainer_state|training_args|all_results|train_results|eval_results|quant_log|model_index|mlc-chat-config|ndarray-cache|tensor-cache)\b/;

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** What lies beside weights and says how to use them: configuration, tokenizer, template. The nearest of each name, from the folder up. */
export function companionsOf(files: readonly RepositoryFile[], folder: string): RepositoryFile[] {
  const found = new Map<string, RepositoryFile>();
  for (let at = folder; ; at = folderOf(at.slice(0, -1))) {
    for (const file of files) {
      const name = nameOf(file.path);
      if (folderOf(file.path) === at && isCompanion(name) && !found.has(name)) found.set(name, file);
    }
    if (at === "") return [...found.values()];
  }
}

function isCompanion(name: string): boolean {
  if (indexes.test(name) || unrelated.test(name)) return false;
  return /\.(?:json|jinja|model|tiktoken)$/.test(name) || name === "merges.txt" || name === "vocab.txt";
}

export function roleOf(path: string): ArtifactRole {
  const name = nameOf(path).toLowerCase();
  if (/^chat_template\b|\.jinja$/.test(name)) return "chat-template";
  if (/^(?:tokenizer|vocab|merges|special_tokens|added_tokens|spiece)|\.(?:model|tiktoken)$/.test(name)) return "tokenizer";
  if (name.endsWith(".json")) return "configuration";
  return "weights";
}
