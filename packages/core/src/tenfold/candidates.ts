import type { Adapter, AdapterContext, LoadOptions } from "../contract/adapter.ts";
import type { InstalledModel } from "../contract/installed-model.ts";
import type { CrashGuard } from "../guard/crash-guard.ts";
import type { MemoryEstimate } from "../memory/memory-estimate.ts";
import type { PoolCandidate } from "../pool/pool-candidate.ts";
import type { PowerGovernor } from "../power/power-governor.ts";
import { loadInstalled, usableAdapters } from "./load-installed.ts";

/** Something to load, and what it would be loaded from. */
export interface Candidate extends PoolCandidate {
  readonly installed: InstalledModel;
}

/** Tells what loading a model will take; undefined where nothing can be told. `options.framework` is the one that would load it. */
export type EstimateMemory = (installed: InstalledModel, options: LoadOptions & { framework: string }) => Promise<MemoryEstimate | undefined>;

export interface CandidateParts {
  adapters: readonly Adapter[];
  context: AdapterContext;
  estimateMemory: EstimateMemory | undefined;
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
    estimate: async () => (await parts.estimateMemory?.(installed, { ...options, framework })) ?? estimateFromFiles(installed),
    async load({ follow, signal }) {
      const threads = options.threads ?? (await parts.power.threads());
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

/** Where nothing better is known: the files are in memory once loaded. What the context takes comes on top when the model says so. */
function estimateFromFiles(installed: InstalledModel): MemoryEstimate {
  const bytes = installed.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { terms: [{ name: "weights", bytes, how: "the size of the model's files" }], steadyBytes: bytes, peakBytes: bytes };
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
