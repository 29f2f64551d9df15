import type { Adapter, AdapterContext, LoadOptions } from "../contract/adapter.ts";
import type { InstalledModel } from "../contract/installed-model.ts";
import type { Log } from "../contract/log.ts";
import { createCrashGuard } from "../guard/crash-guard.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import { canTransition } from "../lifecycle/states.ts";
import type { Platform } from "../platform/platform.ts";
import { createPool, type PooledModel, type PoolOptions } from "../pool/pool.ts";
import { paceAnswer } from "../power/pace-answer.ts";
import type { PowerGovernor } from "../power/power-governor.ts";
import type { ProgressTracker } from "../progress/progress.ts";
import { type CandidateOptions, createCandidates, type EstimateMemory, rememberCandidates } from "./candidates.ts";
import { followLifecycle } from "./follow-lifecycle.ts";
import { createModel, type Model, takeSeat } from "./model.ts";

/** What models may take together. */
export type MemoryOptions = Pick<PoolOptions, "limitBytes" | "marginBytes" | "idleTimeoutMs">;

export interface LoaderParts {
  platform: Platform;
  adapters: readonly Adapter[];
  context: AdapterContext;
  log: Log;
  power: PowerGovernor;
  memory: MemoryOptions;
  estimateMemory: EstimateMemory | undefined;
}

export interface OpenOptions extends Omit<CandidateOptions, "options"> {
  options: Omit<LoadOptions, "onProgress" | "signal">;
  lifecycle: Lifecycle;
  progress: ProgressTracker;
}

/** Loads, or shares what is loaded. A call after one that failed keeps what was probed and prepared. */
export type LoadWalk = (signal: AbortSignal | undefined) => Promise<Model>;

export interface Loader {
  walk(installed: InstalledModel, options: OpenOptions): LoadWalk;
  list(): PooledModel[];
  unload(model: string, variant?: string): Promise<void>;
}

/** Everything between an installed model and one that answers. */
export function createLoader({ platform, adapters, context, log, power, memory, estimateMemory }: LoaderParts): Loader {
  const { clock, device } = platform;
  const pool = createPool({ ...memory, clock, device, log });
  const guard = createCrashGuard(platform, log);
  const parts = { adapters, context, estimateMemory, guard, power, memoryLimitBytes: memory.limitBytes };

  return {
    walk(installed, { options, lifecycle, progress, ...asked }) {
      const candidates = rememberCandidates(() => createCandidates(installed, parts, { ...asked, options }));
      return async (signal) => {
        if (canTransition(lifecycle.state, "initializing")) lifecycle.transition("initializing");
        const left = candidates();
        const { seat, failovers } = await takeSeat(left, pool, () => followLifecycle(lifecycle, progress), signal);
        for (const { framework, variant, error } of failovers) log("warning", `${framework} did not load ${installed.id}:${variant}.`, { error });
        progress.report("ready", 1);
        const pace = (events: Parameters<typeof paceAnswer>[0], answering: AbortSignal) => paceAnswer(events, { governor: power, clock, signal: answering });
        return createModel({ seat, failovers, candidates: left, pool, lifecycle, pace });
      };
    },
    list: () => pool.list(),
    unload: (model, variant) => pool.unload(model, variant),
  };
}
