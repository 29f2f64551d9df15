import { TenfoldError } from "@tenfold/catalog";
import type { Adapter, GenerateEvent, InstalledModel, LoadedModel, LoadOptions } from "../src/index.ts";

export interface ScriptedAdapterOptions {
  framework?: string;
  unavailable?: { reason: string; remedy: string };
  prepares?: boolean;
  failsToLoad?: Error;
  contextSize?: number;
  /** Of each answer in turn; the last of them for all later ones. */
  decodeTokensPerSecond?: readonly number[];
  /** Thrown after `start`. */
  failsToAnswer?: Error;
  /** Thrown after the first text. */
  failsLater?: Error;
}

const usage = { promptTokens: 3, cachedTokens: 0, completionTokens: 2 };
const timings = { timeToFirstTokenMs: 1, totalMs: 2, prefillTokensPerSecond: 3, decodeTokensPerSecond: 4 };

/** An adapter without a framework, for what core does around one. It says the words of its prompt. */
export function scriptedAdapter({
  framework = "scripted",
  unavailable,
  prepares,
  failsToLoad,
  contextSize = 64,
  decodeTokensPerSecond = [4],
  failsToAnswer,
  failsLater,
}: ScriptedAdapterOptions = {}) {
  const calls: string[] = [];
  const prompts: string[] = [];
  const loads: LoadOptions[] = [];
  let answers = 0;
  const nextSpeed = () => {
    answers += 1;
    return decodeTokensPerSecond[Math.min(answers, decodeTokensPerSecond.length) - 1] ?? 4;
  };
  const adapter: Adapter = {
    framework,
    formats: ["gguf"],
    probe: async () => (unavailable ? { available: false, ...unavailable } : { available: true, frameworkVersion: "1", accelerators: ["cpu"] }),
    async load(model: InstalledModel, _context, options) {
      const { signal, onProgress } = options;
      loads.push(options);
      calls.push(`load ${model.files[0]?.path}`);
      signal?.throwIfAborted();
      if (failsToLoad) throw failsToLoad;
      for (const fraction of [0.5, 1]) onProgress?.(fraction);
      return scriptedModel({ calls, prompts, contextSize, nextSpeed, failsToAnswer, failsLater });
    },
  };
  if (prepares) {
    adapter.prepare = async (_model, _context, { onProgress }) => {
      calls.push("prepare");
      onProgress?.(0.5);
    };
  }
  return { adapter, calls, prompts, loads };
}

interface Script {
  calls: string[];
  prompts: string[];
  contextSize: number;
  nextSpeed: () => number;
  failsToAnswer: Error | undefined;
  failsLater: Error | undefined;
}

function scriptedModel({ calls, prompts, contextSize, nextSpeed, failsToAnswer, failsLater }: Script): LoadedModel {
  return {
    capabilities: {
      chat: true,
      tools: true,
      jsonSchema: false,
      reasoning: true,
      embeddings: true,
      vision: false,
      logProbabilities: false,
      parallel: 2,
      template: "tenfold",
    },
    contextSize,
    tokenizer: {
      vocabularySize: 256,
      encode: async (text) => Int32Array.from(new TextEncoder().encode(text)),
      decode: async (tokens) => new TextDecoder().decode(Uint8Array.from(tokens)),
    },
    async *generate(request): AsyncGenerator<GenerateEvent> {
      const prompt = "prompt" in request ? request.prompt : String(request.messages.at(-1)?.content ?? "");
      prompts.push(prompt);
      yield { type: "start", accelerator: "cpu", warnings: [{ kind: "ignored-setting", setting: "seed", message: "It has no seed." }] };
      if (failsToAnswer) throw failsToAnswer;
      if (prompt === "crash") throw new TenfoldError("crashed", "It crashed.");
      if (prompt === "fail") throw new TenfoldError("generation-failed", "It failed.");
      yield { type: "reasoning", text: "Hm." };
      for (const word of prompt.split(" ")) {
        request.signal?.throwIfAborted();
        yield { type: "text", text: word };
        if (failsLater) throw failsLater;
      }
      yield { type: "tool-call", id: "1", name: "look", arguments: { at: "it" } };
      if (prompt !== "unfinished") yield { type: "finish", reason: "tool-calls", usage, timings: { ...timings, decodeTokensPerSecond: nextSpeed() } };
    },
    countTokens: async (input) => ({ tokens: input.length, exact: true }),
    embed: async (texts) => texts.map(() => new Float32Array(2)),
    memory: () => ({ weightsBytes: 1, kvCacheBytes: 2, computeBytes: 3 }),
    async dispose() {
      calls.push("dispose");
    },
  };
}
