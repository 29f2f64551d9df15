import { type Accelerator, TenfoldError } from "@tenfold/catalog";
import type { FinishReason, GenerateEvent, GenerateRequest, Warning } from "@tenfold/core";
import { fitMessages, type Lock, type ResolvedSampling, resolveSampling, resolveSeed } from "@tenfold/generation/loop";
import type { Lifetime } from "@tenfold/generation/model";
import { type AnswerParser, createAnswerParser, createGenerationClock, thinkTags } from "@tenfold/generation/parse";
import { limitReached, type PicoCompletion, type PicoGenerateOptions, type PicoImage, type PicoLibrary, type PicoModel } from "./binding.ts";
import { framework, fromVendor } from "./errors.ts";
import { type Generation, startGeneration } from "./generation.ts";
import { withLogProbabilities } from "./log-probabilities.ts";
import type { ModelKind } from "./model-kind.ts";
import type { PicoPrompt, Prompts } from "./prompts.ts";
import { requestWarnings } from "./request-warnings.ts";

export interface AnswerContext {
  model: PicoModel;
  library: Pick<PicoLibrary, "errors" | "decodeImage">;
  kind: ModelKind;
  prompts: Prompts;
  contextSize: number;
  accelerator: Accelerator;
  /** What is to be said of the load, in every answer. */
  warnings: readonly Warning[];
  /** picoLLM does one thing at a time. */
  lock: Lock;
  lifetime: Lifetime;
  /** What was computed for others is forgotten. */
  openCache(cacheKey: string | undefined): Promise<void>;
  /** What is being generated, for who disposes of the model. */
  running: Generation | undefined;
  now: () => number;
  random: () => number;
}

/** One answer, from its prompt to `finish`. */
export async function* answer(context: AnswerContext, request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
  const { model, library, lifetime, prompts } = context;
  const { signal, logProbabilities = 0 } = request;
  const check = () => {
    signal?.throwIfAborted();
    lifetime.check();
  };
  check();
  const sampling = resolveSampling(request.sampling);
  const seed = resolveSeed(request.seed, context.random);
  const most = checkedLimit(request.maxTokens);
  const prompt = prompts.of(request);
  const image = prompt.image && (await library.decodeImage(prompt.image.bytes, prompt.image.mediaType));

  const release = await context.lock.acquire(signal);
  let generation: Generation | undefined;
  const leave = () => generation?.leave();
  try {
    check();
    yield {
      type: "start",
      accelerator: context.accelerator,
      warnings: [...context.warnings, ...requestWarnings(request, prompts, model.maxTopChoices)],
    };
    check();
    const clock = createGenerationClock(context.now);
    const promptTokens = await fitPrompt(context, prompt);
    await context.openCache(request.cacheKey);
    check();
    generation = startGeneration(
      (push) =>
        lifetime.busy(() =>
          generate(context, prompt, image, {
            ...settingsOf(sampling, seed),
            completionTokenLimit: Math.min(most, context.contextSize - promptTokens),
            numTopChoices: Math.min(logProbabilities, model.maxTopChoices),
            ...("messages" in request && prompts.endPhrases.length > 0 ? { stopPhrases: [...prompts.endPhrases] } : {}),
            streamCallback: push,
          }),
        ),
      () => model.interrupt(),
    );
    context.running = generation;
    signal?.addEventListener("abort", leave, { once: true });

    const parser = createParser(context, request, prompt);
    let seen = "";
    let pieces = 0;
    for (;;) {
      const piece = await generation.next();
      check();
      if (piece === undefined) break;
      clock.firstToken();
      pieces += 1;
      seen += piece;
      const events = parser.push(piece);
      if (logProbabilities === 0) {
        for (const event of events) {
          yield event;
          check();
        }
      }
      if (parser.stopped) generation.leave();
    }
    const completion = await generation.ended;
    check();
    const limited = !parser.stopped && completion.endpoint === limitReached;
    // The last pieces may come after the end.
    const rest = !parser.stopped && completion.completion.startsWith(seen) ? completion.completion.slice(seen.length) : "";
    if (rest !== "") clock.firstToken();
    const last =
      logProbabilities > 0 ? withLogProbabilities(completion, createParser(context, request, prompt), limited) : [...parser.push(rest), ...parser.end(limited)];
    for (const event of last) {
      yield event;
      check();
    }
    let reason: FinishReason = limited && !parser.stopped ? "length" : "stop";
    if (reason === "stop" && parser.sawToolCall) reason = "tool-calls";
    // Models that read images count nothing.
    const usage = { promptTokens, completionTokens: pieces, ...completion.usage };
    yield {
      type: "finish",
      reason,
      // picoLLM does not say what it had kept.
      usage: { ...usage, cachedTokens: 0 },
      timings: clock.timings(usage.promptTokens, usage.completionTokens),
    };
  } catch (error) {
    check();
    throw fromVendor(error, library.errors, "generation-failed", "picoLLM failed while answering");
  } finally {
    signal?.removeEventListener("abort", leave);
    leave();
    context.running = undefined;
    // Whoever left does not wait for picoLLM; who comes next does.
    if (generation) generation.ended.then(release, release);
    else release();
  }
}

/** @returns how many tokens the text has; the image's are not known. */
async function fitPrompt({ model, kind, contextSize, lifetime }: AnswerContext, { text }: PicoPrompt): Promise<number> {
  if (kind === "ocr") return 0;
  const tokens = await lifetime.busy(async () => model.tokenize(text, false, false));
  fitMessages({ messages: [], render: () => ({ tokens }), contextSize, policy: "error" });
  return tokens.length;
}

function generate({ model, kind }: AnswerContext, { text }: PicoPrompt, image: PicoImage | undefined, options: PicoGenerateOptions): Promise<PicoCompletion> {
  if (!image) return model.generate(text, options);
  return kind === "ocr" ? model.generateOCR(image, options) : model.generateWithImage(text, image, options);
}

function createParser({ prompts }: AnswerContext, request: GenerateRequest, { startsInReasoning }: PicoPrompt): AnswerParser {
  if (!("messages" in request)) return createAnswerParser({ ...(request.stop ? { stop: request.stop } : {}) });
  const tools = prompts.tools && request.toolChoice !== "none" ? (request.tools ?? []) : [];
  return createAnswerParser({
    stop: [...(request.stop ?? []), ...prompts.endPhrases],
    ...(prompts.reasoning ? { reasoning: { ...thinkTags, startsInside: startsInReasoning } } : {}),
    ...(tools.length > 0 ? { toolCalls: { ...prompts.style, tools } } : {}),
  });
}

function settingsOf({ temperature, topP, frequencyPenalty, presencePenalty }: ResolvedSampling, seed: number) {
  return {
    temperature,
    // 0 would leave no token to choose from.
    topP: Math.max(topP, 1e-6),
    frequencyPenalty: Math.max(0, frequencyPenalty),
    presencePenalty: Math.max(0, presencePenalty),
    // A positive 32-bit number with a sign; anything else would be no seed.
    seed: 1 + (seed % 0x7fffffff),
  };
}

function checkedLimit(maxTokens: number | undefined): number {
  if (maxTokens === undefined) return Number.POSITIVE_INFINITY;
  if (Number.isInteger(maxTokens) && maxTokens >= 1) return maxTokens;
  throw new TenfoldError("invalid-input", `maxTokens is ${maxTokens}, expected a whole number of at least 1.`, { framework });
}
