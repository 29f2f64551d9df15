import { type Accelerator, TenfoldError } from "@tenfold/catalog";
import type { FinishReason, GenerateEvent, LogProbability, Sampling, Warning } from "@tenfold/core";
import type { Constraint } from "../constraint/constraint.ts";
import { type AnswerEvent, type AnswerParserOptions, createAnswerParser } from "../parse/answer-parser.ts";
import { createGenerationClock } from "../parse/generation-clock.ts";
import { createTokenText } from "../parse/token-text.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { createAnswerSteering } from "./answer-steering.ts";
import { createBreakers } from "./breakers.ts";
import { createCachedSequence } from "./cached-sequence.ts";
import type { Drafter } from "./drafter.ts";
import { contextOverflow } from "./fit-messages.ts";
import { createLock } from "./lock.ts";
import type { LogitsModel } from "./logits-model.ts";
import { createNextLogits } from "./next-logits.ts";
import { createLogProbabilityReader, type LogProbabilities } from "./sampling/log-probabilities.ts";
import { createSampler } from "./sampling/sampler.ts";
import { type ResolvedSampling, resolveSampling, resolveSeed } from "./sampling/sampling-settings.ts";

export interface TokenLoopOptions {
  model: LogitsModel;
  vocabulary: Vocabulary;
  /** The text of a few tokens in a row, given the ones before them. */
  decode(tokens: readonly number[], before: readonly number[]): string;
  /** Tokens that end an answer. */
  endTokens: readonly number[];
  accelerator: Accelerator;
  /** Settings for what a request leaves open. Default: llama.cpp's. */
  defaults?: ResolvedSampling;
  /** Prompt tokens computed between two looks at the signal. Default 256. */
  prefillTokens?: number;
  /** Guesses tokens to be verified together; worth it where a pass over several tokens costs little more than one over one. */
  drafter?: Drafter;
  /** Most tokens guessed at a time. Default 8. */
  draftTokens?: number;
  /** Milliseconds. Default: `performance.now`. */
  now?: () => number;
  /** For requests without a seed. Default: `Math.random`. */
  random?: () => number;
}

/** The thoughts of a model that thinks. */
export interface ReasoningOptions {
  open: string;
  close: string;
  /** The prompt has opened the thoughts already. */
  startsInside?: boolean;
  /** The tokens of `open`: the answer begins with them, whatever the model would say. */
  begin?: readonly number[];
  /** After so many tokens, `closeTokens` end the thoughts. */
  budgetTokens?: number;
  closeTokens?: readonly number[];
}

export interface LoopRequest {
  prompt: ArrayLike<number>;
  /** Passed on in `start`. */
  warnings?: readonly Warning[];
  sampling?: Sampling;
  seed?: number;
  stop?: readonly string[];
  /** Absent: until the model ends or the context is full. */
  maxTokens?: number;
  /** The answer ends with reason "length" after the first token that comes later than this. */
  timeLimitMs?: number;
  logProbabilities?: number;
  cacheKey?: string;
  reasoning?: ReasoningOptions;
  toolCalls?: NonNullable<AnswerParserOptions["toolCalls"]>;
  /** What the answer must follow, once its thoughts have ended. */
  constraint?: Constraint;
  createId?: () => string;
  signal?: AbortSignal;
}

export interface TokenLoop {
  /**
   * One answer, as the contract of adapters says: `start` first, exactly one `finish`, last. Answers wait for each other.
   * @throws TenfoldError `context-overflow`, `invalid-input`, `invalid-tool-call`, `generation-failed`; or the signal's reason.
   */
  generate(request: LoopRequest): AsyncGenerator<GenerateEvent, void>;
  /** Empties the cache, once no answer runs. */
  trim(): Promise<void>;
}

/** The token loop for frameworks that only compute logits. */
export function createTokenLoop(options: TokenLoopOptions): TokenLoop {
  const { model, vocabulary, endTokens, accelerator, defaults, prefillTokens = 256, draftTokens = 8, random = Math.random } = options;
  const now = options.now ?? (() => performance.now());
  const vocabularySize = Math.min(model.vocabularySize, vocabulary.size);
  const sequence = createCachedSequence(model);
  const lock = createLock();
  const breakers = createBreakers(vocabulary);

  async function* generate(request: LoopRequest): AsyncGenerator<GenerateEvent, void> {
    const { prompt, signal, timeLimitMs = Number.POSITIVE_INFINITY, logProbabilities: reported = 0 } = request;
    signal?.throwIfAborted();
    const sampling = resolveSampling(request.sampling, defaults, vocabularySize);
    const seed = resolveSeed(request.seed, random);
    const mostTokens = checkedLimit(request.maxTokens);
    if (prompt.length === 0) throw new TenfoldError("invalid-input", "The prompt is empty.");
    if (prompt.length >= model.contextSize) throw contextOverflow(prompt.length, model.contextSize);
    const parser = createAnswerParser(parserOptions(request));
    const steering = createAnswerSteering({ constraint: request.constraint, reasoning: request.reasoning, isThinking: () => parser.isThinking });
    const sampler = createSampler({ vocabularySize, sampling, seed, isBreaker: sampling.dry ? breakers(sampling.dry.breakers) : () => false });
    const text = createTokenText(options.decode);
    const readLogProbabilities = reported > 0 ? createLogProbabilityReader(vocabularySize, reported) : undefined;
    const pending = createPendingLogProbabilities((token) => options.decode([token], []));

    const release = await lock.acquire(signal);
    try {
      signal?.throwIfAborted();
      yield { type: "start", accelerator, warnings: [...(request.warnings ?? []), ...(request.constraint?.warnings ?? [])] };
      signal?.throwIfAborted();
      const startedAtMs = now();
      const clock = createGenerationClock(now);
      const cachedTokens = await sequence.replace(prompt, request.cacheKey);
      const nextLogits = createNextLogits({ model, sequence, drafter: options.drafter, draftTokens, prefillTokens, signal });
      let completionTokens = 0;
      let reason: FinishReason | undefined;
      while (reason === undefined) {
        const logits = (await nextLogits(mostTokens - completionTokens - 1)).subarray(0, vocabularySize);
        signal?.throwIfAborted();
        const probabilities = readLogProbabilities?.(logits);
        const token = steering.forced() ?? sampler.sample(logits, sequence.tokens, sequence.length, steering.mask());
        clock.firstToken();
        completionTokens += 1;
        if (endTokens.includes(token)) {
          reason = "stop";
          break;
        }
        sequence.append(token);
        if (probabilities) pending.add(token, probabilities);
        const piece = text.push(token);
        const events = parser.push(piece);
        steering.saw(token);
        for (const event of pending.attach(events)) {
          yield event;
          signal?.throwIfAborted();
        }
        if (parser.stopped || steering.isComplete()) reason = "stop";
        else if (completionTokens >= mostTokens || sequence.length >= model.contextSize || now() - startedAtMs >= timeLimitMs) reason = "length";
      }
      const last = parser.stopped ? [] : [...parser.push(text.end()), ...parser.end(reason === "length")];
      for (const event of pending.attach(last)) yield event;
      signal?.throwIfAborted();
      yield {
        type: "finish",
        reason: reason === "stop" && parser.sawToolCall ? "tool-calls" : reason,
        usage: { promptTokens: prompt.length, cachedTokens, completionTokens },
        timings: clock.timings(prompt.length - cachedTokens, completionTokens),
      };
    } catch (error) {
      signal?.throwIfAborted();
      throw TenfoldError.from(error, "generation-failed", "The model failed while answering");
    } finally {
      release();
    }
  }

  return {
    generate,
    async trim() {
      const release = await lock.acquire(undefined);
      await sequence.replace([], undefined).finally(release);
    },
  };
}

function parserOptions({ stop, reasoning, toolCalls, createId }: LoopRequest): AnswerParserOptions {
  return {
    ...(stop ? { stop } : {}),
    ...(reasoning ? { reasoning: { open: reasoning.open, close: reasoning.close, startsInside: reasoning.startsInside === true } } : {}),
    ...(toolCalls ? { toolCalls } : {}),
    ...(createId ? { createId } : {}),
  };
}

function checkedLimit(maxTokens: number | undefined): number {
  if (maxTokens === undefined) return Number.POSITIVE_INFINITY;
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw new TenfoldError("invalid-input", `maxTokens is ${maxTokens}, expected a whole number of at least 1.`);
  return maxTokens;
}

/** Log-probabilities of the tokens since the last text event, to go with the next. */
function createPendingLogProbabilities(textOf: (token: number) => string) {
  let waiting: LogProbability[] = [];
  return {
    add(token: number, { chosen, top }: LogProbabilities) {
      waiting.push({
        token: textOf(token),
        logProbability: chosen(token),
        top: top.map((one) => ({ token: textOf(one.token), logProbability: one.logProbability })),
      });
    },
    attach(events: readonly AnswerEvent[]): AnswerEvent[] {
      return events.map((event) => {
        const taken = waiting;
        waiting = [];
        return event.type === "text" && taken.length > 0 ? { ...event, logProbabilities: taken } : event;
      });
    },
  };
}
