import { TenfoldError } from "@tenfold/catalog";
import type { Adapter, AdapterContext, LoadOptions } from "../contract/adapter.ts";
import type { InstalledModel } from "../contract/installed-model.ts";
import type { LoadedModel } from "../contract/loaded-model.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import type { ProgressTracker } from "../progress/progress.ts";
import { createModel, type Model } from "./model.ts";

interface LoadContext {
  adapters: readonly Adapter[];
  context: AdapterContext;
  lifecycle: Lifecycle;
  progress: ProgressTracker;
  options: Omit<LoadOptions, "signal">;
  /** Only this framework will do. */
  framework?: string;
}

/**
 * Loads an installed model with the first adapter that takes its format and runs here. A call after one that failed
 * goes on from the stage that failed.
 */
export function createLoading({ adapters, context, lifecycle, progress, options, framework }: LoadContext) {
  let adapter: Adapter | undefined;
  let loaded: LoadedModel | undefined;

  async function initialize(installed: InstalledModel, signal: AbortSignal | undefined): Promise<Adapter> {
    lifecycle.transition("initializing");
    progress.report("initialization", 0);
    const chosen = await chooseAdapter(installed, adapters, context, framework);
    await chosen.prepare?.(installed, context, {
      ...(signal ? { signal } : {}),
      onProgress: (fraction) => progress.report("initialization", fraction),
    });
    lifecycle.transition("initialized");
    progress.report("initialization", 1);
    return chosen;
  }

  async function load(installed: InstalledModel, from: Adapter, signal: AbortSignal | undefined): Promise<LoadedModel> {
    lifecycle.transition("loading");
    const model = await from.load(installed, context, {
      ...options,
      ...(signal ? { signal } : {}),
      onProgress: (fraction) => {
        progress.report("loading", fraction);
        options.onProgress?.(fraction);
      },
    });
    lifecycle.transition("loaded");
    return model;
  }

  return async (installed: InstalledModel, signal: AbortSignal | undefined): Promise<Model> => {
    adapter ??= await initialize(installed, signal);
    loaded ??= await load(installed, adapter, signal);
    lifecycle.transition("ready");
    progress.report("ready", 1);
    return createModel(installed, adapter.framework, loaded, lifecycle);
  };
}

async function chooseAdapter(
  installed: InstalledModel,
  adapters: readonly Adapter[],
  context: AdapterContext,
  framework: string | undefined,
): Promise<Adapter> {
  const { format } = installed.variant;
  const candidates = adapters.filter((adapter) => adapter.formats.includes(format) && (framework === undefined || adapter.framework === framework));
  const refusals: string[] = [];
  let remedy: string | undefined;
  for (const adapter of candidates) {
    const support = await adapter.probe(context);
    if (support.available) return adapter;
    refusals.push(`${adapter.framework}: ${support.reason}`);
    remedy ??= support.remedy;
  }
  if (refusals.length > 0)
    throw new TenfoldError("framework-unavailable", `Nothing here can load ${installed.id}. ${refusals.join(" ")}`, remedy ? { remedy } : {});
  throw new TenfoldError("no-adapter", `${installed.id} is in the format ${format}; no adapter here loads that${framework ? ` with ${framework}` : ""}.`);
}
