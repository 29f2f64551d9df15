import { TenfoldError } from "@tenfold/catalog";
import { createMeasurements } from "../benchmark/measurements.ts";
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
import type { InstallRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { type CandidateOptions, createCandidates, rememberCandidates } from "./candidates.ts";
import { followLifecycle } from "./follow-lifecycle.ts";
import { createModel, type Model, takeSeat } from "./model.ts";

/** What models may take together. */
export type MemoryOptions = Pick<PoolOptions, "limitBytes" | "marginBytes" | "idleTimeoutMs">;

export interface LoaderParts {
  platform: Platform;
  store: Store;
  reinstall(model: string, variant: string): Promise<InstallRecord>;
  adapters: readonly Adapter[];
  context: AdapterContext;
  log: Log;
  power: PowerGovernor;
  memory?: MemoryOptions | undefined;
}

export interface OpenOptions extends Omit<CandidateOptions, "options" | "otherVariants"> {
  options: Omit<LoadOptions, "onProgress" | "signal">;
  lifecycle: Lifecycle;
  progress: ProgressTracker;
  /** Another installed variant may take its place. */
  mayReplace: boolean;
}

/** Loads, or shares what is loaded. A call after one that failed keeps what was probed and prepared. */
export type LoadWalk = (signal: AbortSignal | undefined) => Promise<Model>;

export interface Loader {
  walk(installed: InstalledModel, options: OpenOptions): LoadWalk;
  list(): PooledModel[];
  isLoaded(model: string, variant?: string): boolean;
  unload(model: string, variant?: string): Promise<void>;
}

/** Everything between an installed model and one that answers. */
export function createLoader({ platform, store, reinstall, adapters, context, log, power, memory = {} }: LoaderParts): Loader {
  const { clock, device } = platform;
  const pool = createPool({ ...memory, clock, device, log });
  const guard = createCrashGuard(platform, log);
  const parts = { adapters, context, device, measurements: createMeasurements(platform.files), guard, power, memoryLimitBytes: memory.limitBytes };

  /** What else is installed of a model, the largest first: it is the closest to what was asked for. */
  async function* otherVariants({ id, variant }: InstalledModel): AsyncGenerator<InstalledModel> {
    const records = (await store.installed()).filter((record) => record.model === id && record.variant.id !== variant.id);
    const bytes = ({ files }: InstallRecord) => files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    for (const record of records.sort((left, right) => bytes(right) - bytes(left))) {
      const verified = await reinstall(id, record.variant.id).catch((error: unknown) => {
        if (!TenfoldError.is(error, "revoked")) throw error;
        log("warning", error.message);
        return undefined;
      });
      if (verified) yield store.open(verified);
    }
  }

  return {
    walk(installed, { options, lifecycle, progress, mayReplace, ...asked }) {
      const others = mayReplace ? { otherVariants: () => otherVariants(installed) } : {};
      const candidates = rememberCandidates(() => createCandidates(installed, parts, { ...asked, ...others, options }));
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
    isLoaded: (model, variant) => pool.list().some((one) => one.state === "ready" && one.model === model && (variant === undefined || one.variant === variant)),
    unload: (model, variant) => pool.unload(model, variant),
  };
}
