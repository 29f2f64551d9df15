import type { FrameworkId } from "@tenfold/catalog";
import type { Measurements } from "../benchmark/measurements.ts";
import { weightsOf } from "../benchmark/weights-of.ts";
import type { Adapter, AdapterContext, LoadOptions } from "../contract/adapter.ts";
import type { InstalledModel } from "../contract/installed-model.ts";
import type { CrashGuard } from "../guard/crash-guard.ts";
import { recommendedConfiguration } from "../hardware/recommended-configuration.ts";
import type { MemoryEstimate } from "../memory/memory-estimate.ts";
import type { DeviceProbe } from "../platform/hardware.ts";
import type { PoolCandidate } from "../pool/pool-candidate.ts";
import type { PowerGovernor } from "../power/power-governor.ts";
import { fastestThreads } from "../selection/fastest-threads.ts";
import { estimateFromSize, estimateInstalled } from "./estimate-installed.ts";
import { loadInstalled, usableAdapters } from "./load-installed.ts";

/** Something to load, and what it would be loaded from. */
export interface Candidate extends PoolCandidate {
  readonly installed: InstalledModel;
}

export interface CandidateParts {
  adapters: readonly Adapter[];
  context: AdapterContext;
  device: DeviceProbe | undefined;
  /** What was measured on this device. */
  measurements: Pick<Measurements, "list">;
  guard: CrashGuard;
  power: PowerGovernor;
  /** The most that one model may take, whoever loads it. */
  memoryLimitBytes: number | undefined;
}

export interface CandidateOptions {
  options: Omit<LoadOptions, "signal" | "onProgress">;
  /** Only this framework will do. */
  framework?: string | undefined;
  keepLoaded?: boolean | undefined;
  force?: boolean | undefined;
  /** What else is installed of the model and may be taken instead, the best first. */
  otherVariants?: (() => AsyncIterable<InstalledModel>) | undefined;
}

/** What can be loaded for a model, the best first: every framework that takes its variant, then the same of other variants. */
export async function* createCandidates(first: InstalledModel, parts: CandidateParts, asked: CandidateOptions): AsyncGenerator<Candidate, void> {
  for await (const adapter of usableAdapters(first, parts.adapters, parts.context, asked.framework)) yield candidateOf(first, adapter, parts, asked);
  if (!asked.otherVariants) return;
  for await (const other of asked.otherVariants())
    for await (const adapter of usableAdapters(other, parts.adapters, parts.context, asked.framework)) yield candidateOf(other, adapter, parts, asked);
}

/** Each call begins at the first again; those that were found are not looked for a second time. */
export function rememberCandidates(find: () => AsyncGenerator<Candidate, void>): () => AsyncGenerator<Candidate, void> {
  const found: Candidate[] = [];
  let search: AsyncGenerator<Candidate, void> | undefined;

  async function next(): Promise<Candidate | undefined> {
    search ??= find();
    for (;;) {
      const { value } = await search.next().catch((error: unknown) => {
        // A search that failed is over: the next one begins anew, and may find what it missed.
        search = undefined;
        throw error;
      });
      if (!value || !found.some(({ key }) => key === value.key)) return value ?? undefined;
    }
  }

  return async function* () {
    for (let index = 0; ; index += 1) {
      const known = found[index] ?? (await next());
      if (!known) return;
      found[index] = known;
      yield known;
    }
  };
}

function candidateOf(installed: InstalledModel, adapter: Adapter, parts: CandidateParts, { options, keepLoaded, force }: CandidateOptions): Candidate {
  const { framework } = adapter;
  const files = installed.files.map((file) => [file.sha256 ?? file.location?.() ?? file.path, file.sizeBytes]);
  const key = JSON.stringify([installed.id, installed.variant.id, files, framework, sorted(options)]);
  const limits = [options.memoryLimitBytes, parts.memoryLimitBytes].filter((limit) => limit !== undefined);
  let isPrepared = false;
  const memoryLimitBytes = limits.length > 0 ? Math.min(...limits) : undefined;
  return {
    key,
    model: installed.id,
    variant: installed.variant.id,
    framework,
    installed,
    ...(options.contextSize === undefined ? {} : { contextSize: options.contextSize }),
    ...(keepLoaded ? { pinned: true } : {}),
    ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
    estimate: () => estimate(installed, adapter, parts, options),
    async load({ follow, signal }) {
      const threads = options.threads ?? (await threadsFor(installed, framework, parts));
      const batchSize = options.batchSize ?? parts.power.plan.batchSize;
      return parts.guard.watch({ key, model: installed.id, variant: installed.variant.id, framework, force, signal }, () =>
        loadInstalled(installed, adapter, parts.context, {
          ...options,
          isPrepared,
          onPrepared: () => {
            isPrepared = true;
          },
          ...(threads === undefined ? {} : { threads }),
          ...(batchSize === undefined ? {} : { batchSize }),
          ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
          follow,
          signal,
        }),
      );
    },
  };
}

async function estimate(installed: InstalledModel, { profile }: Adapter, { device }: CandidateParts, options: LoadOptions): Promise<MemoryEstimate> {
  if (profile?.memory) return estimateInstalled(installed, profile.memory, options, await device?.describe());
  return estimateFromSize(installed.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
}

/** The number that was fastest here, as far as heat, power and others leave so many cores; without measurements the adapter's own. */
async function threadsFor(installed: InstalledModel, framework: FrameworkId, { power, measurements, device }: CandidateParts): Promise<number | undefined> {
  const allowed = await power.threads();
  const weights = weightsOf(installed.files);
  const found = await measurements.list().catch(() => []);
  const fastest = fastestThreads({ framework, accelerator: "cpu", measurements: found, ...(weights === undefined ? {} : { weights }) });
  if (!fastest || !device) return fastest?.threads ?? allowed;
  const [hardware, state] = await Promise.all([device.describe(), device.state()]);
  const idle = recommendedConfiguration({ hardware, state, accelerators: ["cpu"], powerMode: "performance" }).threads;
  return Math.min(fastest.threads, idle, allowed ?? Number.POSITIVE_INFINITY);
}

/** Equal options in any order are one. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  );
}
