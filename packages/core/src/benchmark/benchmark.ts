import { type FrameworkId, type Measurement, TenfoldError } from "@tenfold/catalog";
import type { LoadOptions } from "../contract/adapter.ts";
import type { Platform } from "../platform/platform.ts";
import { waitForPower } from "../power/background-downloads.ts";
import { createPowerGovernor } from "../power/power-governor.ts";
import type { InstallRecord } from "../store/records.ts";
import type { Tenfold } from "../tenfold/tenfold.ts";
import { type BenchmarkSettings, benchmarkModel } from "./benchmark-model.ts";
import { createMeasurements } from "./measurements.ts";
import { spreadOf } from "./spread-of.ts";
import { weightsOf } from "./weights-of.ts";

export interface BenchmarkRequest extends Omit<BenchmarkSettings, "onProgress"> {
  /** Installed models, by id; default: all. */
  models?: readonly { model: string; variant?: string }[];
  /** Default: every framework that takes a model's format. */
  frameworks?: readonly FrameworkId[];
  load?: Pick<LoadOptions, "contextSize" | "accelerator" | "frameworkOptions">;
  /** Each is measured; later loads take the fastest. Default: the framework's own choice alone. */
  threads?: readonly number[];
  /** Measures also while the device is hot, saves power, or has a low battery that is not charging. By default it waits until that has passed. */
  atOnce?: boolean;
  /** Loads of each, which the figure for loading is taken over. Default 2. */
  loads?: number;
  onProgress?: (progress: BenchmarkProgress) => void;
}

export interface BenchmarkProgress {
  model: string;
  variant: string;
  framework: FrameworkId;
  /** 0 to 1, over everything. */
  fraction: number;
  doing: string;
}

export interface BenchmarkReport {
  measurements: readonly Measurement[];
  /** What was not measured, and why, in words. */
  skipped: readonly { model: string; variant: string; framework: FrameworkId; reason: string }[];
}

/**
 * Measures every framework × model that is installed here and fits, one after the other, and remembers the results in the store.
 * Rejects with the signal's reason; what was measured until then is kept.
 */
export async function benchmark(tenfold: Tenfold, platform: Platform, request: BenchmarkRequest = {}): Promise<BenchmarkReport> {
  const { signal } = request;
  const measurements: Measurement[] = [];
  const skipped: { model: string; variant: string; framework: FrameworkId; reason: string }[] = [];
  const pairs = await pairsOf(tenfold, request);
  const store = createMeasurements(platform.files);
  const power = createPowerGovernor({ clock: platform.clock, device: platform.device });
  for (const [index, pair] of pairs.entries()) {
    const { record, framework, reason } = pair;
    const { model, variant } = record;
    const skip = (why: string) => void skipped.push({ model, variant: variant.id, framework, reason: why });
    if (reason !== undefined) {
      skip(reason);
      continue;
    }
    const report = (fraction: number, doing: string) =>
      request.onProgress?.({ model, variant: variant.id, framework, fraction: (index + fraction) / pairs.length, doing });
    if (!request.atOnce && (await power.refresh()).backgroundWaits) {
      report(0, "waits: the device is hot or short of power");
      await waitForPower(power, signal);
    }
    try {
      const found = await measure(tenfold, platform, pair, request, report);
      await store.add(found.measurements);
      measurements.push(...found.measurements);
      for (const { prompt, reason: why } of found.skipped) skip(`${prompt} prompt: ${why}`);
    } catch (error) {
      signal?.throwIfAborted();
      if (!TenfoldError.is(error)) throw error;
      skip(error.message);
    }
  }
  return { measurements, skipped };
}

interface Pair {
  record: InstallRecord;
  framework: FrameworkId;
  frameworkVersion: string;
  threads?: number;
  /** Why the framework does not run here. */
  reason?: string;
}

async function pairsOf(tenfold: Tenfold, { models, frameworks, threads }: BenchmarkRequest): Promise<Pair[]> {
  const installed = await tenfold.store.installed();
  const wanted = models
    ? models.flatMap(({ model, variant }) => {
        const found = installed.filter((record) => record.model === model && (variant === undefined || record.variant.id === variant));
        if (found.length === 0) throw new TenfoldError("not-installed", `${model}${variant === undefined ? "" : `:${variant}`} is not installed here.`);
        return found;
      })
    : installed;
  const available = (await tenfold.frameworks()).filter(({ framework }) => frameworks?.includes(framework) ?? true);
  return wanted.flatMap((record) =>
    available
      .filter(({ formats }) => formats.includes(record.variant.format))
      .flatMap(({ framework, support }): Pair[] => {
        if (!support.available) return [{ record, framework, frameworkVersion: "", reason: support.reason }];
        const pair = { record, framework, frameworkVersion: support.frameworkVersion };
        return threads ? threads.map((count) => ({ ...pair, threads: count })) : [pair];
      }),
  );
}

async function measure(
  tenfold: Tenfold,
  platform: Platform,
  { record, framework, frameworkVersion, threads }: Pair,
  request: BenchmarkRequest,
  report: (fraction: number, doing: string) => void,
) {
  const { loads = 2, load: loadOptions, ...settings } = request;
  const threadsOption = threads === undefined ? {} : { threads };
  const { clock, device } = platform;
  const loadTimes: number[] = [];
  for (let count = 0; count < loads; count += 1) {
    report(0, `load ${count + 1} of ${loads}`);
    const startedAt = clock.now();
    const options = { ...loadOptions, ...threadsOption, variant: record.variant.id, framework, ...(settings.signal ? { signal: settings.signal } : {}) };
    const model = await tenfold.load(record.model, options);
    try {
      loadTimes.push(clock.now() - startedAt);
      if (count + 1 < loads) continue;
      const found = await benchmarkModel(model, { clock, ...(device ? { device } : {}) }, { ...settings, onProgress: report });
      const about = {
        schemaVersion: 1 as const,
        model: record.model,
        variant: record.variant.id,
        weights: weightsOf(record.files) ?? "",
        framework,
        frameworkVersion,
        ...threadsOption,
        device: await deviceOf(platform),
        takenAt: clock.timestamp(),
        loadMs: spreadOf(loadTimes),
      };
      return { measurements: found.measurements.map((one): Measurement => ({ ...about, ...one })), skipped: found.skipped };
    } finally {
      await model.dispose();
    }
  }
  throw new TenfoldError("invalid-input", "A benchmark needs at least one load.");
}

async function deviceOf(platform: Platform): Promise<Measurement["device"]> {
  const hardware = await platform.device?.describe();
  const memoryBytes = hardware?.memory.totalBytes;
  return {
    name: hardware?.identifier ?? hardware?.chip ?? hardware?.processor.model ?? "unknown",
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    osName: platform.os,
    osVersion: hardware?.osVersion ?? "unknown",
  };
}
