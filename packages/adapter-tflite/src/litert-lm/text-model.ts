import { TenfoldError } from "@tenfold/catalog";
import type { FinishReason, GenerateEvent, GenerateRequest, LoadedModel, MemoryUse, Sampling, Warning } from "@tenfold/core";
import { createLock, type ResolvedSampling, resolveSampling, resolveSeed, samplingDefaults } from "@tenfold/generation/loop";
import { createChatPrompts, createLifetime, createPromptText, shownTokenizer, toolCallStyleOf } from "@tenfold/generation/model";
import { createAnswerParser, createGenerationClock, thinkTags } from "@tenfold/generation/parse";
import { type ChatTemplateOptions, createChatTemplate, describeTemplate, type Tokenizer } from "@tenfold/tokenizers";
import { fromNative } from "../errors.ts";
import type { Engine } from "./engine.ts";

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

/** The contract's model over a framework that takes text and gives text. One answer at a time; each begins with an empty cache. */
export function createTextModel(parts: TextModelParts): LoadedModel {
  const { engine, tokenizer, template, contextSize } = parts;
  const describes = template && describeTemplate(template.source);
  const reasons = describes?.reasoning ?? false;
  const style = toolCallStyleOf(template?.source ?? "");
  const prompts = createChatPrompts(tokenizer, template && createChatTemplate(template), framework);
  const textOf = createPromptText(tokenizer);
  const turns = createLock();
  const lifetime = createLifetime(framework, () => engine.delete());

  async function* generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    const { signal } = request;
    const check = () => {
      signal?.throwIfAborted();
      lifetime.check();
    };
    check();
    if (request.responseFormat?.type === "json") throw unsupported("LiteRT-LM is not held to a JSON format here yet.");
    const tools = "messages" in request && request.toolChoice !== "none" ? (request.tools ?? []) : [];
    if (tools.length > 0 && "toolChoice" in request && (request.toolChoice === "required" || typeof request.toolChoice === "object")) {
      throw unsupported("LiteRT-LM cannot be made to call a tool here yet.");
    }
    const sampling = resolveSampling(request.sampling, samplingDefaults, tokenizer.vocabularySize);
    const seed = resolveSeed(request.seed, parts.random);
    const { tokens: prompt, startsInReasoning } = prompts.of(request);
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
      yield { type: "start", accelerator: "cpu", warnings: ignored(request, sampling) };
      const clock = createGenerationClock(parts.now);
      let text = "";
      let cut = false;
      for await (const piece of run(textOf([...prompt]), sampling, seed, limit, signal, (full) => {
        cut = full;
      })) {
        check();
        clock.firstToken();
        text += piece;
        for (const event of parser.push(piece)) {
          yield event;
          check();
        }
        if (parser.stopped) break;
      }
      check();
      const written = tokenizer.encode(text, { parseSpecial: true }).length;
      const reason: FinishReason = !parser.stopped && (cut || written >= limit) ? "length" : "stop";
      if (!parser.stopped) for (const event of parser.end(reason === "length")) yield event;
      check();
      // The token that ended it counts too.
      const completionTokens = Math.min(limit, written + (reason === "stop" && !parser.stopped ? 1 : 0));
      yield {
        type: "finish",
        reason: reason === "stop" && parser.sawToolCall ? "tool-calls" : reason,
        usage: { promptTokens: prompt.length, cachedTokens: 0, completionTokens },
        timings: clock.timings(prompt.length, completionTokens),
      };
    } catch (error) {
      check();
      throw fromNative(error, "generation-failed", "LiteRT-LM failed while answering", framework);
    } finally {
      release();
    }
  }

  /** Text as it is decoded. Who leaves, aborts or disposes cancels; native memory goes when the library has let go of it. */
  async function* run(
    prompt: string,
    { temperature, topK, topP }: ResolvedSampling,
    seed: number,
    limit: number,
    signal: AbortSignal | undefined,
    onEnd: (full: boolean) => void,
  ): AsyncGenerator<string, void> {
    const greedy = temperature === 0;
    const session = engine.createSession(
      { topK: greedy ? 1 : topK === 0 ? tokenizer.vocabularySize : topK, topP: greedy ? 1 : topP, temperature: greedy ? 1 : temperature, seed: seed % 2 ** 31 },
      limit,
    );
    const pieces: string[] = [];
    let wake = () => {};
    let over = false;
    let failure: { error: unknown } | undefined;
    const running = lifetime
      .busy(async () => {
        try {
          await session.prefill(prompt);
          if (signal?.aborted || left) return;
          const { full } = await session.decode((piece) => {
            pieces.push(piece);
            wake();
          });
          onEnd(full);
        } finally {
          session.delete();
        }
      })
      .catch((error: unknown) => {
        failure = { error };
      })
      .finally(() => {
        over = true;
        wake();
      });
    let left = false;
    const cancel = () => {
      left = true;
      if (!over) session.cancel();
    };
    signal?.addEventListener("abort", cancel, { once: true });
    const stopWatching = onDispose.add(cancel);
    try {
      for (;;) {
        const piece = pieces.shift();
        if (piece !== undefined) yield piece;
        else if (over) break;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      if (failure) throw failure.error;
    } finally {
      signal?.removeEventListener("abort", cancel);
      stopWatching();
      cancel();
      await running;
    }
  }

  const onDispose = createListeners();
  return {
    capabilities: {
      chat: template !== undefined,
      tools: describes?.tools ?? false,
      jsonSchema: false,
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

/** LiteRT-LM's sampler knows temperature, top-k and top-p. */
function ignored(request: GenerateRequest, { frequencyPenalty, presencePenalty, repetitionPenalty }: ResolvedSampling): Warning[] {
  const { sampling }: { sampling?: Sampling } = request;
  const settings = [
    ...(["minP", "dry", "xtc", "logitBias"] as const).filter((name) => sampling?.[name] !== undefined),
    ...(frequencyPenalty === 0 ? [] : ["frequencyPenalty"]),
    ...(presencePenalty === 0 ? [] : ["presencePenalty"]),
    ...(repetitionPenalty === 1 ? [] : ["repetitionPenalty"]),
    ...(request.logProbabilities ? ["logProbabilities"] : []),
  ];
  return settings.map((setting) => ({ kind: "ignored-setting", setting, message: `LiteRT-LM takes no ${setting}; it has no effect.` }));
}
