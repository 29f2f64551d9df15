import { type Accelerator, TenfoldError } from "@tenfold/catalog";
import type { EmbedOptions, LoadedModel, Message, Warning } from "@tenfold/core";
import { createLock } from "@tenfold/generation/loop";
import { createLifetime } from "@tenfold/generation/model";
import { type AnswerContext, answer } from "./answer.ts";
import type { PicoLibrary, PicoModel } from "./binding.ts";
import { breakMarks } from "./control-text.ts";
import { framework, fromVendor } from "./errors.ts";
import { modelKind } from "./model-kind.ts";
import type { Prompts } from "./prompts.ts";

export interface LoadedModelParts {
  model: PicoModel;
  library: PicoLibrary;
  prompts: Prompts;
  contextSize: number;
  accelerator: Accelerator;
  contextCaching: boolean;
  /** Of the file: the vendor does not say what it keeps in memory. */
  weightsBytes: number;
  warnings: readonly Warning[];
  now: () => number;
  random: () => number;
}

/** The contract's model over one of picoLLM's. */
export function createLoadedModel({ model, library, prompts, contextSize, contextCaching, weightsBytes, ...parts }: LoadedModelParts): LoadedModel {
  const kind = modelKind(model.model);
  const lock = createLock();
  const lifetime = createLifetime(framework, async () => model.release());
  let cacheKey: string | undefined;

  const context: AnswerContext = {
    ...{ model, library, kind, prompts, contextSize, lock, lifetime, ...parts },
    async openCache(key) {
      if (contextCaching && key !== cacheKey) await lifetime.busy(async () => model.reset());
      cacheKey = key;
    },
    running: undefined,
  };

  /** A call of picoLLM that nothing overlaps. */
  async function alone<Result>(signal: AbortSignal | undefined, what: string, call: () => Result | Promise<Result>): Promise<Result> {
    lifetime.check();
    const release = await lock.acquire(signal);
    try {
      return await lifetime.busy(async () => call());
    } catch (error) {
      signal?.throwIfAborted();
      throw fromVendor(error, library.errors, "generation-failed", `picoLLM failed to ${what}`);
    } finally {
      release();
    }
  }

  async function embed(texts: readonly string[], { normalize = true, signal }: EmbedOptions = {}): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      if (text === "") throw new TenfoldError("invalid-input", "A text is empty.", { framework, details: { index: vectors.length } });
      const vector = await alone(signal, "embed a text", () => model.generateEmbeddings(breakMarks(text)));
      vectors.push(normalize ? normalized(vector) : vector);
    }
    lifetime.check();
    return vectors;
  }

  async function countTokens(input: string | readonly Message[]) {
    lifetime.check();
    const text = typeof input === "string" ? breakMarks(input) : prompts.text(input);
    const tokens = text === "" ? [] : await alone(undefined, "count tokens", () => model.tokenize(text, false, false));
    // Whether picoLLM puts a token before a conversation it does not say.
    return { tokens: tokens.length, exact: typeof input === "string" };
  }

  const answers = kind !== "embedding";
  return {
    capabilities: {
      chat: prompts.chat,
      tools: prompts.chat && prompts.tools,
      jsonSchema: false,
      reasoning: prompts.chat && prompts.reasoning,
      embeddings: kind === "embedding",
      vision: kind === "vision" || kind === "ocr",
      logProbabilities: answers && kind !== "ocr" && model.maxTopChoices > 0,
      parallel: 1,
      template: prompts.template,
    },
    contextSize,
    async *generate(request) {
      lifetime.check();
      if (!answers) throw new TenfoldError("unsupported-request", "This model embeds texts; it does not answer.", { framework });
      yield* answer(context, request);
    },
    ...(kind === "embedding" ? { embed } : {}),
    countTokens,
    memory: () => ({ weightsBytes, kvCacheBytes: 0, computeBytes: 0 }),
    ...(contextCaching ? { trim: () => alone(undefined, "drop its cache", () => model.reset()) } : {}),
    dispose() {
      const disposal = lifetime.dispose();
      context.running?.leave();
      return disposal;
    },
  };
}

function normalized(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? vector.map((value) => value / length) : vector;
}
