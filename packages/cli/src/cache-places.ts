import { homedir } from "node:os";
import { join } from "node:path";
import { type CachedModel, type Files, findInHuggingFaceCache, findInLmStudioFolder, findInOllamaFolder } from "@tenfold/core";

/** Where another program keeps models, and how they are found there. */
export interface CachePlace {
  program: "Hugging Face" | "Ollama" | "LM Studio";
  folder: string;
  find: (cache: Files) => Promise<CachedModel[]>;
}

/** As these programs do: a variable of theirs names the place, else it is the usual one of the system. */
export function cachePlaces(environment: Readonly<Record<string, string | undefined>>, os: string = process.platform): CachePlace[] {
  const home = environment[os === "win32" ? "USERPROFILE" : "HOME"] || homedir();
  const { HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME, OLLAMA_MODELS } = environment;
  const huggingFaceHome = HF_HOME || join(XDG_CACHE_HOME || join(home, ".cache"), "huggingface");
  const ollama = [join(home, ".ollama", "models")];
  // Where Ollama runs as a service, it has a home of its own.
  if (os === "linux") ollama.push("/usr/share/ollama/.ollama/models");
  const lmStudio = [join(home, ".lmstudio", "models"), join(home, ".cache", "lm-studio", "models")];
  return [
    { program: "Hugging Face", folder: HF_HUB_CACHE || join(huggingFaceHome, "hub"), find: findInHuggingFaceCache },
    ...(OLLAMA_MODELS ? [OLLAMA_MODELS] : ollama).map((folder) => ({ program: "Ollama" as const, folder, find: findInOllamaFolder })),
    ...lmStudio.map((folder) => ({ program: "LM Studio" as const, folder, find: findInLmStudioFolder })),
  ];
}
