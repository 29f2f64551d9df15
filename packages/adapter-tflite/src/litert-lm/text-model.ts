import { TenfoldError } from "@tenfold/catalog";
import type { FinishReason, GenerateEvent, GenerateRequest, LoadedModel, MemoryUse, Warning } from "@tenfold/core";
import { createLock, type ResolvedSampling, resolveSampling, resolveSeed, samplingDefaults } from "@tenfold/generation/loop";
import { createChatPrompts, createLifetime, createPromptText, shownTokenizer, toolCallStyleOf } from "@tenfold/generation/model";
import { createAnswerParser, createGenerationClock, thinkTags } from "@tenfold/generation/parse";
import { type ChatTemplateOptions, createChatTemplate, describeTemplate, type Tokenizer } from "@tenfold/tokenizers";
import { fromNative } from "../errors.ts";
import type { Holding } from "./conversation.ts";
import type { Engine, TokenUnion } from "./engine.ts";
import { createKeptSession } from "./kept-session.ts";
import type { Sampler } from "./session.ts";
import { readText, type TextSource } from "./text-source.ts";
import { createTokenLimit } from "./token-limit.ts";

export interface TextModelParts {
  engine: Engine;
  tokenizer: Tokenizer;
  template: ChatTemplateOptions | undefined;
  contextSize: number;
  memory(): MemoryUse;
  now: () => number;
  random: () => number;
}

const framework = "litert-lm";

/** The contract's model over a framework that takes text and gives text, one answer at a time. */
export function createTextModel(parts: TextModelParts): LoadedModel {
  const { engine, tokenizer, template, contextSize } = parts;
  const describes = template && describeTemplate(template.source);
  const reasons = describes?.reasoning ?? false;
  const style = toolCallStyleOf(template?.source ?? "");
  const prompts = createChatPrompts(tokenizer, template && createChatTemplate(template), framework);
  const textOf = createPromptText(tokenizer);
  const unionText = (token: TokenUnion) => (typeof token === "string" ? token : tokenizer.decode(token, { skipSpecial: false }));
  const startText = unionText(engine.startToken ?? "");
  const session = createKeptSession({
    engine,
    endTexts: engine.stopTokens.map(unionText).filter((text) => text !== ""),
    countTokens: (text) => tokenizer.countTokens(text, { parseSpecial: true }),
  });
  const turns = createLock();
  const onDispose = createListeners();
  const lifetime = createLifetime(framework, () => {
    session.delete();
    return engine.delete();
  });

  function sourceOf(prompt: readonly number[], request: GenerateRequest, sampler: Sampler, holding: Holding | undefined): TextSource {
    const text = textOf(prompt);
    if (!holding) return session.take(text, startText, { sampler, owner: request.cacheKey, seeded: request.seed !== undefined });
    const conversation = engine.createConversation(sampler, holding);
    const asked = text.startsWith(startText) ? text.slice(startText.length) : text;
    return {
      cachedTokens: 0,
      run: (onText) => conversation.answer(asked, onText),
      cancel: conversation.cancel,
      release: conversation.delete,
    };
  }

  async function* generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    const { signal } = request;
    const check = () => {
      signal?.throwIfAborted();
      lifetime.check();
    };
    check();
    const tools = "messages" in request && request.toolChoice !== "none" ? (request.tools ?? []) : [];
    if (tools.length > 0 && "toolChoice" in request && (request.toolChoice === "required" || typeof request.toolChoice === "object")) {
      throw unsupported("LiteRT-LM holds an answer to a JSON Schema, and has no grammar that a tool's call is written in.");
    }
    if (request.responseFormat?.type === "json" && tools.length > 0) {
      throw unsupported("An answer that LiteRT-LM holds to a JSON format cannot call tools.");
    }
    const sampling = resolveSampling(request.sampling, samplingDefaults, tokenizer.vocabularySize);
    const seed = resolveSeed(request.seed, parts.random);
    const { tokens: prompt, startsInReasoning } = prompts.of(request);
    if (request.responseFormat?.type === "json" && startsInReasoning) {
      throw unsupported("LiteRT-LM holds all of an answer to a JSON format, so that no thoughts come before it.");
    }
    const room = contextSize - prompt.length;
    if (room < 1) throw new TenfoldError("context-overflow", `The prompt has ${prompt.length} tokens; the context has ${contextSize}.`, { framework });
    const limit = Math.min(checkedLimit(request.maxTokens), room);
    const parser = createAnswerParser({
      ...(request.stop ? { stop: request.stop } : {}),
      ...(reasons && "messages" in request ? { reasoning: { ...thinkTags, startsInside: startsInReasoning } } : {}),
      ...(tools.length > 0 ? { toolCalls: { ...style, tools } } : {}),
    });
    const release = await turns.acquire(signal);
    try {
      check();
      yield { type: "start", accelerator: "cpu", warnings: ignored(request) };
      check();
      const clock = createGenerationClock(parts.now);
      const source = sourceOf([...prompt], request, samplerOf(sampling, seed, tokenizer.vocabularySize), holdingOf(request, sampling));
      const withinLimit = createTokenLimit(tokenizer, limit);
      let text = "";
      let full = false;
      const onCancel = (cancel: () => void) => {
        const stopListening = onDispose.add(cancel);
        signal?.addEventListener("abort", cancel, { once: true });
        return () => {
          stopListening();
          signal?.removeEventListener("abort", cancel);
        };
      };
      for await (const piece of readText(source, { busy: lifetime.busy, onCancel, onEnd: (ended) => (full = ended.full) })) {
        check();
        clock.firstToken();
        const taken = withinLimit.take(piece);
        text += taken;
        for (const event of parser.push(taken)) {
          yield event;
          check();
        }
        if (parser.stopped || withinLimit.reached) break;
      }
      check();
      const reason: FinishReason = !parser.stopped && (full || withinLimit.reached) ? "length" : "stop";
      if (!parser.stopped) for (const event of parser.end(reason === "length")) yield event;
      check();
      // The token that ended it counts too.
      const written = tokenizer.encode(text, { parseSpecial: true }).length + (reason === "stop" && !parser.stopped ? 1 : 0);
      const completionTokens = Math.min(limit, written);
      yield {
        type: "finish",
        reason: reason === "stop" && parser.sawToolCall ? "tool-calls" : reason,
        usage: { promptTokens: prompt.length, cachedTokens: source.cachedTokens, completionTokens },
        timings: clock.timings(prompt.length - source.cachedTokens, completionTokens),
      };
    } catch (error) {
      check();
      throw fromNative(error, "generation-failed", "LiteRT-LM failed while answering", framework);
    } finally {
      release();
    }
  }

  return {
    capabilities: {
      chat: template !== undefined,
      tools: describes?.tools ?? false,
      jsonSchema: true,
      reasoning: reasons,
      embeddings: false,
      vision: false,
      logProbabilities: false,
      parallel: 1,
      template: "tenfold",
    },
    contextSize,
    tokenizer: shownTokenizer(tokenizer, lifetime),
    generate,
    async countTokens(input) {
      lifetime.check();
      return { tokens: typeof input === "string" ? tokenizer.countTokens(input) : prompts.chat(input).tokens.length, exact: true };
    },
    memory: parts.memory,
    dispose() {
      const disposal = lifetime.dispose();
      onDispose.call();
      return disposal;
    },
  };
}

function createListeners() {
  const listeners = new Set<() => void>();
  return {
    add(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    call() {
      for (const listener of listeners) listener();
    },
  };
}

const unsupported = (message: string) => new TenfoldError("unsupported-request", message, { framework });

function checkedLimit(maxTokens: number | undefined): number {
  if (maxTokens === undefined) return Number.POSITIVE_INFINITY;
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw new TenfoldError("invalid-input", `maxTokens is ${maxTokens}, expected a whole number of at least 1.`);
  return maxTokens;
}

function samplerOf({ temperature, topK, topP }: ResolvedSampling, seed: number, vocabularySize: number): Sampler {
  if (temperature === 0) return { topK: 1, topP: 1, temperature: 1, seed: 0 };
  return { topK: topK === 0 ? vocabularySize : topK, topP, temperature, seed: seed % 2 ** 31 };
}

function holdingOf({ responseFormat }: GenerateRequest, sampling: ResolvedSampling): Holding | undefined {
  const { repetitionPenalty: repetition, presencePenalty: presence, frequencyPenalty: frequency } = sampling;
  const penalizes = repetition !== 1 || presence !== 0 || frequency !== 0;
  if (responseFormat?.type !== "json" && !penalizes) return undefined;
  return {
    ...(responseFormat?.type === "json" ? { schema: responseFormat.schema ?? {} } : {}),
    ...(penalizes ? { penalties: { repetition, presence, frequency } } : {}),
  };
}

/** LiteRT-LM knows temperature, top-k, top-p and penalties. */
function ignored({ sampling, logProbabilities }: GenerateRequest): Warning[] {
  const settings = [
    ...(["minP", "dry", "xtc", "logitBias"] as const).filter((name) => sampling?.[name] !== undefined),
    ...(logProbabilities ? ["logProbabilities"] : []),
  ];
  return settings.map((setting) => ({ kind: "ignored-setting", setting, message: `LiteRT-LM takes no ${setting}; it has no effect.` }));
}
