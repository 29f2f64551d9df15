import { access, constants, stat } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import type { InstalledModel, LoadedModel } from "@tenfold/core";
import type { Tokenizer } from "@tenfold/tokenizers";
import type { Check } from "./check.ts";
import { tellingTexts } from "./check-prompts.ts";
import type { Framework } from "./open-framework.ts";

export interface TryOptions {
  readonly framework: Framework;
  readonly model: InstalledModel;
  /** Ours, to hold the framework's against. */
  readonly tokenizer: Tokenizer | undefined;
  readonly signal: AbortSignal;
}

const tokensToGenerate = 8;

/** Loads a model whose files were validated, compares tokenizers, and lets it say eight tokens. A model that crashes takes its own process with it and no other. */
export async function checkFramework({ framework, model, tokenizer, signal }: TryOptions): Promise<Check[]> {
  if (!framework.isAvailable) return skipped(framework.reason);
  const sizeBytes = model.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (sizeBytes > totalmem() * 0.7) return skipped(`The model is too large to be loaded here: ${sizeBytes} bytes, with ${totalmem()} bytes of memory.`);
  const closed = await closedFolder(model.directory);
  if (closed !== undefined) return skipped(`A host without rights cannot read ${closed}: open that folder to all (chmod o+x), or run the hub as its own user.`);

  let loaded: LoadedModel;
  try {
    loaded = await framework.adapter.load(model, framework.context, { contextSize: 512, threads: 1, accelerator: "cpu", isolation: "host", signal });
  } catch (error) {
    signal.throwIfAborted();
    if (TenfoldError.is(error, "framework-unavailable")) return skipped(`${error.message} ${error.remedy}`);
    return [{ name: "framework", outcome: "failed", detail: `${framework.name} does not load it: ${messageOf(error)}` }, notGenerated];
  }
  try {
    const checks: Check[] = [
      { name: "framework", outcome: "passed", detail: `${framework.name} ${framework.version} loads it, in a process without rights and without network.` },
    ];
    const different = await tokenDifference(loaded, tokenizer);
    if (different !== undefined) checks.push({ name: "tokenizer", outcome: "failed", detail: different });
    checks.push(await generate(loaded, signal));
    return checks;
  } finally {
    await loaded.dispose();
  }
}

const notGenerated: Check = { name: "generation", outcome: "skipped", detail: "It could not be loaded." };
const skipped = (detail: string): Check[] => [{ name: "framework", outcome: "skipped", detail }, notGenerated];
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function generate(loaded: LoadedModel, signal: AbortSignal): Promise<Check> {
  if (loaded.embed !== undefined && loaded.capabilities.embeddings && !loaded.capabilities.chat) {
    const [vector] = await loaded.embed(["Hello"], { signal });
    const isVector = vector !== undefined && vector.length > 0 && vector.every((value) => Number.isFinite(value));
    return {
      name: "generation",
      outcome: isVector ? "passed" : "failed",
      detail: isVector ? `Embeds a text in ${vector.length} numbers.` : "Its embedding is not made of numbers.",
    };
  }
  const prompt = loaded.capabilities.chat ? { messages: [{ role: "user" as const, content: "Hello" }] } : { prompt: "Hello" };
  let text = "";
  try {
    for await (const event of loaded.generate({ ...prompt, maxTokens: tokensToGenerate, sampling: { temperature: 0 }, seed: 1, signal })) {
      if (event.type === "text" || event.type === "reasoning") text += event.text;
      if (event.type === "finish" && event.usage.completionTokens === 0) return { name: "generation", outcome: "failed", detail: "It generates nothing." };
    }
  } catch (error) {
    signal.throwIfAborted();
    return { name: "generation", outcome: "failed", detail: `It generates nothing: ${messageOf(error)}` };
  }
  return { name: "generation", outcome: "passed", detail: `To “Hello” its first ${tokensToGenerate} tokens say ${JSON.stringify(text)}.` };
}

/** Two tokenizers that were written apart and agree are worth more than one. */
async function tokenDifference(loaded: LoadedModel, tokenizer: Tokenizer | undefined): Promise<string | undefined> {
  if (tokenizer === undefined || loaded.tokenizer === undefined) return undefined;
  for (const text of tellingTexts) {
    const [ours, theirs] = [tokenizer.encode(text), await loaded.tokenizer.encode(text)];
    if (ours.join() !== theirs.join())
      return `The framework makes other tokens of ${JSON.stringify(text)} than Tenfold: ${theirs.join(" ")}, and not ${ours.join(" ")}.`;
  }
  return undefined;
}

/** The folder on the way that nobody but its owner may enter, when hosts run as another user. */
async function closedFolder(folder: string | undefined): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || folder === undefined) return undefined;
  await access(folder, constants.R_OK);
  for (let at = folder; at !== dirname(at); at = dirname(at)) if (((await stat(at)).mode & 0o001) === 0) return at;
  return undefined;
}
