import type { InstalledModel, LoadedModel, Warning } from "@tenfold/core";
import type { Gguf } from "@tenfold/core/gguf";
import type { OverflowPolicy } from "@tenfold/generation/loop";
import { hermesTags, thinkTags } from "@tenfold/generation/parse";
import { createChatTemplate, describeTemplate } from "@tenfold/tokenizers";
import { type AnswerContext, answer } from "./answer.ts";
import type { NativeModel } from "./binding.ts";
import type { ContextMemory } from "./context-memory.ts";
import { createEmbed } from "./embed.ts";
import { disposedError } from "./errors.ts";
import { createPromptMaker } from "./prompt.ts";
import { createRerank } from "./rerank.ts";
import { samplingDefaults } from "./sampling.ts";
import { createSequencePool } from "./sequence-pool.ts";
import { createTokenize } from "./tokenize.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface LoadedModelParts {
  native: NativeModel;
  model: InstalledModel;
  gguf: Gguf;
  vocabulary: Vocabulary;
  contextSize: number;
  /** What the context takes where the library does not say, from the header. */
  estimatedMemory: ContextMemory;
  prefillTokens: number;
  overflow: OverflowPolicy;
  /** What is to be said of the load, in every answer. */
  warnings: readonly Warning[];
  /** Whose the caches are that the sequences hold already. */
  cacheKeys: readonly (string | undefined)[];
  now: () => number;
  random: () => number;
}

/** The contract's model over a native one. */
export function createLoadedModel({
  native,
  model,
  gguf,
  vocabulary,
  contextSize,
  estimatedMemory,
  prefillTokens,
  overflow,
  warnings,
  cacheKeys,
  now,
  random,
}: LoadedModelParts): LoadedModel {
  const tags = tagTokens(native);
  const tokenize = createTokenize(native, tags.values());
  const source = model.metadata.chatTemplate;
  const describes = source === undefined ? undefined : describeTemplate(source);
  const template =
    source === undefined
      ? undefined
      : createChatTemplate({
          source,
          // What the template writes itself means something to the model: nobody's message may forge it.
          specialTokens: [...vocabulary.controlTokens, ...vocabulary.userDefinedTokens.filter((token) => token.trim().length > 2 && source.includes(token))],
          ...(vocabulary.beginText === undefined ? {} : { bosToken: vocabulary.beginText }),
          ...(vocabulary.endText === undefined ? {} : { eosToken: vocabulary.endText }),
        });
  const prompts = createPromptMaker(native, tokenize, template);
  const pool = createSequencePool(native.sequences, cacheKeys);
  const answers = native.sequences.length > 0;
  const inFlight = new Set<Promise<unknown>>();
  let disposal: Promise<void> | undefined;

  function checkAlive(): void {
    if (disposal) throw disposedError();
  }
  async function busy<Result>(work: () => Promise<Result>): Promise<Result> {
    checkAlive();
    const running = work();
    inFlight.add(running);
    try {
      return await running;
    } finally {
      inFlight.delete(running);
    }
  }

  const context: AnswerContext = {
    native,
    pool,
    prompts,
    contextSize,
    overflow,
    warnings,
    vocabularySize: vocabulary.size,
    prefillTokens,
    defaults: samplingDefaults(gguf),
    reasons: describes?.reasoning ?? false,
    tags,
    now,
    random,
    checkAlive,
    busy,
  };

  async function unload(): Promise<void> {
    pool.close();
    // Native calls that run must end before their memory goes.
    await Promise.allSettled(inFlight);
    await native.keptCaches?.keep(pool.cacheKeys());
    await native.dispose();
  }

  const { cacheBytes, computeBytes } = native.contextMemory ?? estimatedMemory;
  return {
    capabilities: {
      chat: answers && template !== undefined,
      tools: answers && (describes?.tools ?? false),
      jsonSchema: answers,
      reasoning: answers && context.reasons,
      embeddings: native.embed !== undefined,
      vision: answers && native.imageMarker !== undefined,
      logProbabilities: answers && native.reportsProbabilities !== false,
      parallel: Math.max(1, native.sequences.length),
      template: "tenfold",
    },
    contextSize,
    tokenizer: {
      vocabularySize: vocabulary.size,
      async encode(text, { parseSpecial = false } = {}) {
        checkAlive();
        return Int32Array.from(tokenize(text, parseSpecial));
      },
      async decode(tokens, { special = false } = {}) {
        checkAlive();
        return native.detokenize([...tokens], special);
      },
    },
    generate: (request) => answer(context, request),
    ...(native.embed ? { embed: createEmbed({ native, tokenize, contextSize, busy, checkAlive }) } : {}),
    ...(native.rerank ? { rerank: createRerank({ native, tokenize, contextSize, busy, checkAlive }) } : {}),
    async countTokens(input) {
      checkAlive();
      if (typeof input === "string") return { tokens: tokenize(input, false).length, exact: true };
      const { tokens, images } = prompts.chat(input);
      return { tokens: tokens.length, exact: images.length === 0 };
    },
    memory: () => ({ weightsBytes: native.weightsBytes, kvCacheBytes: cacheBytes, computeBytes }),
    async trim() {
      checkAlive();
      for (const { sequence, release } of pool.leaseIdle()) await busy(() => sequence.keep(0)).finally(release);
    },
    dispose() {
      disposal ??= unload();
      return disposal;
    },
  };
}

/** The tags that are a single token of this vocabulary: as tokens they may be hidden from plain decoding. */
function tagTokens(native: NativeModel): Map<number, string> {
  const tags = new Map<number, string>();
  for (const tag of [thinkTags.open, thinkTags.close, hermesTags.open, hermesTags.close]) {
    const [token, ...rest] = native.tokenize(tag, true);
    if (token !== undefined && rest.length === 0) tags.set(token, tag);
  }
  return tags;
}
