import type { Accelerator } from "@tenfold/catalog";
import type { GenerateEvent, GenerateRequest, LoadedModel, MemoryUse, Warning } from "@tenfold/core";
import { type ChatTemplateOptions, createChatTemplate, describeTemplate, type Tokenizer } from "@tenfold/tokenizers";
import { createConstraintCompiler } from "../constraint/create-constraint-compiler.ts";
import type { LogitsModel } from "../loop/logits-model.ts";
import type { ResolvedSampling } from "../loop/sampling/sampling-settings.ts";
import { createTokenLoop } from "../loop/token-loop.ts";
import { thinkTags } from "../parse/answer-parser.ts";
import { createAnswerVocabulary } from "./answer-vocabulary.ts";
import { createChatPrompts } from "./chat-prompts.ts";
import { createLifetime } from "./create-lifetime.ts";
import { createLoopPool } from "./loop-pool.ts";
import { requestConstraint } from "./request-constraint.ts";
import { shownTokenizer } from "./shown-tokenizer.ts";
import { toolCallStyleOf } from "./tool-call-style-of.ts";

export interface ChatModelParts {
  /** One for each answer at once. They share weights and their context size; each has a cache of its own. */
  sequences: readonly [LogitsModel, ...LogitsModel[]];
  tokenizer: Tokenizer;
  /** Absent: the tokenizer's own, if it has one. */
  template?: ChatTemplateOptions;
  /** Tokens that end an answer. */
  endTokens: readonly number[];
  /** "onnx-runtime", for errors. */
  framework: string;
  accelerator: Accelerator;
  /** What every answer says in its `start`: how the model was loaded otherwise than asked. */
  warnings?: readonly Warning[];
  /** What the model recommends for what a request leaves open. */
  defaults?: ResolvedSampling;
  /** Prompt tokens computed between two looks at the signal. */
  prefillTokens: number;
  memory(): MemoryUse;
  /** Frees what the sequences share, after they have been disposed. */
  release(): Promise<void>;
  now: () => number;
  random: () => number;
}

/** The contract's model over a framework that only computes logits. */
export function createChatModel(parts: ChatModelParts): LoadedModel {
  const { sequences, tokenizer, endTokens, framework } = parts;
  const source = parts.template ?? tokenizer.chatTemplate;
  const describes = source && describeTemplate(source.source);
  const style = toolCallStyleOf(source?.source ?? "");
  const reasons = describes?.reasoning ?? false;
  const vocabulary = createAnswerVocabulary(tokenizer, [thinkTags.open, thinkTags.close, style.open, style.close]);
  const prompts = createChatPrompts(tokenizer, source && createChatTemplate(source), framework);
  const constraints = createConstraintCompiler({ vocabulary, endTokens });
  const lifetime = createLifetime(framework, async () => {
    for (const sequence of sequences) await sequence.dispose();
    await parts.release();
  });
  const pool = createLoopPool(
    sequences.map((sequence) =>
      createTokenLoop({
        model: {
          vocabularySize: sequence.vocabularySize,
          contextSize: sequence.contextSize,
          ...(sequence.keepsLastLogits ? { keepsLastLogits: true } : {}),
          forward: (tokens, options) => lifetime.busy(() => sequence.forward(tokens, options)),
          truncate: (length) => lifetime.busy(() => sequence.truncate(length)),
          dispose: async () => {},
        },
        vocabulary,
        decode: vocabulary.decode,
        endTokens,
        accelerator: parts.accelerator,
        ...(parts.defaults ? { defaults: parts.defaults } : {}),
        prefillTokens: parts.prefillTokens,
        now: parts.now,
        random: parts.random,
      }),
    ),
  );

  async function* generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    const { signal } = request;
    signal?.throwIfAborted();
    lifetime.check();
    const prompt = prompts.of(request);
    const { constraint, isWhole } = requestConstraint(request, style, constraints);
    const tools = "messages" in request && request.toolChoice !== "none" ? (request.tools ?? []) : [];
    const { loop, release } = await pool.lease(prompt.tokens, request.cacheKey, signal);
    try {
      lifetime.check();
      const { responseFormat: _, reasoning: thinks, ...settings } = request;
      for await (const event of loop.generate({
        ...pickLoopSettings(settings),
        prompt: prompt.tokens,
        ...(parts.warnings ? { warnings: parts.warnings } : {}),
        ...(constraint ? { constraint } : {}),
        ...(tools.length > 0 ? { toolCalls: { ...style, tools } } : {}),
        ...(reasons && "messages" in request
          ? {
              reasoning: {
                ...thinkTags,
                startsInside: prompt.startsInReasoning,
                // A constraint begins behind the thoughts, so thoughts that were asked for are opened.
                ...(isWhole && thinks && !prompt.startsInReasoning ? { begin: [...tokenizer.encode(thinkTags.open, { parseSpecial: true })] } : {}),
              },
            }
          : {}),
      })) {
        lifetime.check();
        yield event;
        lifetime.check();
      }
    } finally {
      release();
    }
  }

  return {
    capabilities: {
      chat: source !== undefined,
      tools: describes?.tools ?? false,
      jsonSchema: true,
      reasoning: reasons,
      embeddings: false,
      vision: false,
      logProbabilities: true,
      parallel: sequences.length,
      template: "tenfold",
    },
    contextSize: sequences[0].contextSize,
    tokenizer: shownTokenizer(tokenizer, lifetime),
    generate,
    async countTokens(input) {
      lifetime.check();
      return { tokens: typeof input === "string" ? tokenizer.countTokens(input) : prompts.chat(input).tokens.length, exact: true };
    },
    memory: parts.memory,
    async trim() {
      lifetime.check();
      await pool.trim();
    },
    dispose: lifetime.dispose,
  };
}

/** What the loop takes of a request as it is. */
function pickLoopSettings(request: Pick<GenerateRequest, "sampling" | "seed" | "stop" | "maxTokens" | "logProbabilities" | "cacheKey" | "signal">) {
  const { sampling, seed, stop, maxTokens, logProbabilities, cacheKey, signal } = request;
  return {
    ...(sampling ? { sampling } : {}),
    ...(seed === undefined ? {} : { seed }),
    ...(stop ? { stop } : {}),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(logProbabilities === undefined ? {} : { logProbabilities }),
    ...(cacheKey === undefined ? {} : { cacheKey }),
    ...(signal ? { signal } : {}),
  };
}
