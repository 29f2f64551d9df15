import { TenfoldError } from "@tenfold/catalog";
import type { FinishReason, GenerateEvent, GenerateRequest, LogProbability, Warning } from "@tenfold/core";
import { type OverflowPolicy, type ResolvedSampling, resolveSampling, resolveSeed } from "@tenfold/generation/loop";
import { type AnswerEvent, createAnswerParser, createGenerationClock, createTokenText, hermesTags, thinkTags } from "@tenfold/generation/parse";
import type { NativeModel, NativeSampling, SampledToken } from "./binding.ts";
import { createConstraint } from "./constraint.ts";
import { createAnswerDecoder } from "./decode-answer.ts";
import { fromNative } from "./errors.ts";
import type { PromptMaker } from "./prompt.ts";
import { penaltiesOf, samplingWarnings } from "./sampling.ts";
import type { SequencePool } from "./sequence-pool.ts";

export interface AnswerContext {
  native: NativeModel;
  pool: SequencePool;
  prompts: PromptMaker;
  contextSize: number;
  overflow: OverflowPolicy;
  /** What is to be said of the load, in every answer. */
  warnings: readonly Warning[];
  vocabularySize: number;
  /** Prompt tokens computed between two looks at the signal. */
  prefillTokens: number;
  defaults: ResolvedSampling;
  reasons: boolean;
  /** Tags that are one token of the vocabulary. */
  tags: ReadonlyMap<number, string>;
  now: () => number;
  random: () => number;
  /** Throws once the model is disposed. */
  checkAlive(): void;
  /** Runs a native call that disposal has to wait for. */
  busy<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** One answer, from its prompt to `finish`. */
export async function* answer(context: AnswerContext, request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
  const { native, contextSize } = context;
  const { signal } = request;
  const check = () => {
    signal?.throwIfAborted();
    context.checkAlive();
  };
  check();
  const sampling = resolveSampling(request.sampling, context.defaults, context.vocabularySize);
  const seed = resolveSeed(request.seed, context.random);
  const most = checkedLimit(request.maxTokens);
  const { tokens: prompt, images, startsInReasoning, warnings } = context.prompts.fit(request, { contextSize, policy: context.overflow });
  // Without a limit of its own an answer would never have to end.
  const slides = context.overflow === "slide" && native.shiftsContext === true && most < Number.POSITIVE_INFINITY;
  const thinks = context.reasons && (startsInReasoning || request.reasoning === true);
  const constraint = await createConstraint({ native, request, thinks, closeTag: thinkTags.close }).catch((error: unknown) => {
    throw fromNative(error, "unsupported-request", "The response format cannot be turned into a grammar");
  });
  const parser = createAnswerParser({
    ...(request.stop ? { stop: request.stop } : {}),
    ...(context.reasons && "messages" in request ? { reasoning: { ...thinkTags, startsInside: startsInReasoning } } : {}),
    ...toolCallOptions(request),
  });
  const text = createTokenText(createAnswerDecoder({ detokenize: native.detokenize, tags: context.tags, prompt }));

  const lease = await context.pool.lease(prompt, request.cacheKey, signal);
  const { sequence } = lease;
  const generated: number[] = [];
  let steps: AsyncGenerator<SampledToken, void> | undefined;
  try {
    check();
    const told = [...context.warnings, ...warnings, ...samplingWarnings(request.sampling, native), ...constraint.warnings];
    yield { type: "start", accelerator: native.accelerator, warnings: told };
    const clock = createGenerationClock(context.now);
    const cachedTokens = lease.reusable;
    if (cachedTokens < sequence.tokens.length) await context.busy(() => sequence.keep(cachedTokens));
    let computed = cachedTokens;
    while (prompt.length - computed > context.prefillTokens) {
      check();
      const batch = prompt.slice(computed, computed + context.prefillTokens);
      await context.busy(() => sequence.prefill(batch));
      computed += batch.length;
    }
    const settings: NativeSampling = {
      ...sampling,
      seed,
      penalties: penaltiesOf(sampling, () => [...prompt.slice(-64), ...generated]),
      history: () => [...prompt, ...generated],
      ...(slides ? { shiftTokens: Math.max(1, contextSize >> 2) } : {}),
      grammar: constraint.grammar,
      probabilities: (request.logProbabilities ?? 0) > 0,
    };
    const running = sequence.generate(prompt.slice(computed), settings, images);
    steps = running;
    const logProbabilities = createLogProbabilities(native, request.logProbabilities ?? 0);

    let reason: FinishReason | undefined;
    while (reason === undefined) {
      check();
      const step = await context.busy(() => running.next());
      check();
      if (step.done) {
        if (images.length === 0 || generated.length === 0)
          throw new TenfoldError("generation-failed", "llama.cpp ended the answer without an end token.", { framework: "llama.cpp" });
        // The context is full before our count says so: images take tokens that nobody counted here.
        reason = "length";
        break;
      }
      const { token } = step.value;
      clock.firstToken();
      generated.push(token);
      if (native.endsGeneration(token)) reason = "stop";
      else {
        logProbabilities.add(step.value);
        const piece = step.value.text ?? text.push(token);
        constraint.saw(piece);
        for (const event of logProbabilities.attach(parser.push(piece))) {
          yield event;
          check();
        }
        if (parser.stopped) reason = "stop";
        else if (generated.length >= most || (!slides && prompt.length + generated.length >= contextSize)) reason = "length";
      }
    }
    const last = parser.stopped ? [] : [...parser.push(text.end()), ...parser.end(reason === "length")];
    for (const event of logProbabilities.attach(last)) yield event;
    check();
    if (reason === "stop" && parser.sawToolCall) reason = "tool-calls";
    yield {
      type: "finish",
      reason,
      usage: { promptTokens: prompt.length, cachedTokens, completionTokens: generated.length },
      timings: clock.timings(prompt.length - cachedTokens, generated.length),
    };
  } catch (error) {
    check();
    throw fromNative(error, "generation-failed", "llama.cpp failed while answering");
  } finally {
    // A library that is being disposed may refuse; the sequence goes with it.
    await steps?.return().catch(() => {});
    lease.release();
  }
}

function checkedLimit(maxTokens: number | undefined): number {
  if (maxTokens === undefined) return Number.POSITIVE_INFINITY;
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw new TenfoldError("invalid-input", `maxTokens is ${maxTokens}, expected a whole number of at least 1.`);
  return maxTokens;
}

function toolCallOptions(request: GenerateRequest) {
  if (!("tools" in request) || !request.tools?.length || request.toolChoice === "none") return {};
  return { toolCalls: { ...hermesTags, tools: request.tools } };
}

/** Log-probabilities of the tokens since the last text event, to go with the next. */
function createLogProbabilities(native: NativeModel, count: number) {
  let pending: LogProbability[] = [];
  const textOf = (token: number) => native.detokenize([token], true);
  // Rounding can make a probability a hair more than 1.
  const logarithm = (probability: number) => Math.min(0, Math.log(probability));
  return {
    add({ token, probabilities }: SampledToken) {
      if (count <= 0 || !probabilities) return;
      const top = [...probabilities].slice(0, count).map(([one, probability]) => ({ token: textOf(one), logProbability: logarithm(probability) }));
      pending.push({ token: textOf(token), logProbability: logarithm(probabilities.get(token) ?? 0), top });
    },
    attach(events: readonly AnswerEvent[]): AnswerEvent[] {
      return events.map((event) => {
        const taken = pending;
        pending = [];
        return event.type === "text" && taken.length > 0 ? { ...event, logProbabilities: taken } : event;
      });
    },
  };
}
