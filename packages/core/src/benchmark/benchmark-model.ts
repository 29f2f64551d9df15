import { type Measurement, type PromptName, TenfoldError } from "@tenfold/catalog";
import type { GenerateEvent } from "../contract/events.ts";
import type { DeviceProbe, DeviceState } from "../platform/hardware.ts";
import type { Clock } from "../platform/platform.ts";
import type { Model } from "../tenfold/model.ts";
import { benchmarkPrompt, promptLengths } from "./benchmark-prompts.ts";
import { spreadOf } from "./spread-of.ts";

export interface BenchmarkSettings {
  /** Default: all three. */
  prompts?: readonly PromptName[];
  /** Tokens to generate after each prompt. Default 64. */
  generatedTokens?: number;
  /** Default 3, after one run that does not count. */
  repetitions?: number;
  /** Goes on answering for so long, and compares the end with the start. Default: not at all. */
  sustainedMs?: number;
  signal?: AbortSignal;
  /** 0 to 1 over all runs. */
  onProgress?: (fraction: number, doing: string) => void;
}

export interface BenchmarkContext {
  clock: Clock;
  device?: DeviceProbe;
}

/** What one prompt showed, without what only the caller knows: framework version, device, digest of the weights. */
export type PromptMeasurement = Pick<
  Measurement,
  | "accelerator"
  | "contextSize"
  | "prompt"
  | "promptTokens"
  | "generatedTokens"
  | "timeToFirstTokenMs"
  | "prefillTokensPerSecond"
  | "decodeTokensPerSecond"
  | "peakMemoryBytes"
  | "processorSecondsPerToken"
  | "thermalState"
  | "sustained"
>;

export interface ModelBenchmark {
  measurements: readonly PromptMeasurement[];
  /** Prompts that were left out, and why. */
  skipped: readonly { prompt: PromptName; reason: string }[];
}

type Finish = Extract<GenerateEvent, { type: "finish" }>;
interface Run {
  accelerator: Measurement["accelerator"];
  finish: Finish;
  processorSeconds?: number;
  memoryBytes: number;
}

/**
 * Measures a loaded model: greedy answers to prompts of three lengths, each repetition with a text of its own, so that no cache answers
 * for the model. Rejects with the signal's reason, and with whatever the model fails with.
 */
export async function benchmarkModel(model: Model, { clock, device }: BenchmarkContext, settings: BenchmarkSettings = {}): Promise<ModelBenchmark> {
  const { prompts = ["short", "medium", "long"], generatedTokens = 64, repetitions = 3, sustainedMs = 0, signal, onProgress } = settings;
  const measurements: PromptMeasurement[] = [];
  const skipped: { prompt: PromptName; reason: string }[] = [];
  const runsInAll = prompts.length * (repetitions + 1);
  let runs = 0;
  let number = 0;

  async function run(prompt: PromptName): Promise<Run> {
    const text = await benchmarkPrompt(promptLengths[prompt], number, async (words) => (await model.countTokens(words)).tokens);
    number += 1;
    signal?.throwIfAborted();
    const before = device?.processorSeconds?.();
    let accelerator: Run["accelerator"] = "cpu";
    let finish: Finish | undefined;
    let memoryBytes = 0;
    const request = { maxTokens: generatedTokens, sampling: { temperature: 0 }, ...(signal ? { signal } : {}) };
    // A model that was made to chat may see no reason to go on with a text.
    const asked = model.capabilities.chat ? { messages: [{ role: "user" as const, content: text }] } : { prompt: text };
    for await (const event of model.generate({ ...request, ...asked })) {
      if (event.type === "start") accelerator = event.accelerator;
      if (event.type === "finish") {
        finish = event;
        memoryBytes = bytesOf(model);
      }
    }
    if (!finish) throw new TenfoldError("generation-failed", "The answer ended without its end.", { framework: model.framework });
    const after = device?.processorSeconds?.();
    return { accelerator, finish, memoryBytes, ...(before === undefined || after === undefined ? {} : { processorSeconds: after - before }) };
  }

  for (const prompt of prompts) {
    const neededTokens = promptLengths[prompt] + generatedTokens;
    if (neededTokens > model.contextSize) {
      skipped.push({ prompt, reason: `it needs a context of about ${neededTokens} tokens, and there are ${model.contextSize}` });
      runs += repetitions + 1;
      continue;
    }
    const counted: Run[] = [];
    for (let repetition = 0; repetition <= repetitions; repetition += 1) {
      onProgress?.(runs / runsInAll, `${prompt} prompt, ${repetition === 0 ? "warm-up" : `run ${repetition} of ${repetitions}`}`);
      const one = await run(prompt);
      if (repetition > 0) counted.push(one);
      runs += 1;
    }
    // The time between two tokens is the least that a speed can be told from.
    if (counted.every(({ finish }) => finish.usage.completionTokens < 2)) skipped.push({ prompt, reason: "its answers end before their speed can be told" });
    else measurements.push(measurementOf(prompt, model, counted, await device?.state()));
  }
  const first = measurements[0];
  const [prompt = "short"] = prompts;
  if (sustainedMs > 0 && first) {
    const sustained = await sustain(
      () => run(prompt),
      sustainedMs,
      clock,
      (fraction) => onProgress?.(fraction, "sustained"),
    );
    measurements[0] = { ...first, sustained };
  }
  onProgress?.(1, "done");
  return { measurements, skipped };
}

function bytesOf(model: Model): number {
  const { weightsBytes, kvCacheBytes, computeBytes } = model.memory();
  return Math.round(weightsBytes + kvCacheBytes + computeBytes);
}

function measurementOf(prompt: PromptName, model: Model, runs: readonly Run[], state: DeviceState | undefined): PromptMeasurement {
  const finishes = runs.map(({ finish }) => finish);
  const costs = runs.flatMap(({ processorSeconds, finish: { usage } }) =>
    processorSeconds === undefined ? [] : [processorSeconds / Math.max(1, usage.promptTokens + usage.completionTokens)],
  );
  return {
    accelerator: runs[0]?.accelerator ?? "cpu",
    contextSize: model.contextSize,
    prompt,
    promptTokens: Math.max(1, Math.round(spreadOf(finishes.map(({ usage }) => usage.promptTokens)).median)),
    generatedTokens: Math.max(1, Math.round(spreadOf(finishes.map(({ usage }) => usage.completionTokens)).median)),
    timeToFirstTokenMs: spreadOf(finishes.map(({ timings }) => timings.timeToFirstTokenMs)),
    prefillTokensPerSecond: spreadOf(finishes.map(({ timings }) => timings.prefillTokensPerSecond)),
    decodeTokensPerSecond: spreadOf(finishes.map(({ timings }) => timings.decodeTokensPerSecond)),
    peakMemoryBytes: Math.max(...runs.map(({ memoryBytes }) => memoryBytes)),
    ...(costs.length > 0 ? { processorSecondsPerToken: spreadOf(costs) } : {}),
    ...(state?.thermal ? { thermalState: state.thermal } : {}),
  };
}

/** Answers one after the other; the first and the last fifth of them are compared. */
async function sustain(run: () => Promise<Run>, durationMs: number, clock: Clock, onProgress: (fraction: number) => void) {
  const startedAt = clock.now();
  const speeds: number[] = [];
  for (let elapsedMs = 0; elapsedMs < durationMs || speeds.length < 2; elapsedMs = clock.now() - startedAt) {
    onProgress(Math.min(1, elapsedMs / durationMs));
    const { finish } = await run();
    speeds.push(finish.timings.decodeTokensPerSecond);
  }
  const fifth = Math.ceil(speeds.length / 5);
  return {
    durationSeconds: Math.max(1, clock.now() - startedAt) / 1000,
    firstDecodeTokensPerSecond: spreadOf(speeds.slice(0, fifth)).median,
    lastDecodeTokensPerSecond: spreadOf(speeds.slice(-fifth)).median,
  };
}
