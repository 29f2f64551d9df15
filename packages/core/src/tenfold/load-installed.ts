import { TenfoldError } from "@tenfold/catalog";
import type { Adapter, AdapterContext, LoadOptions } from "../contract/adapter.ts";
import type { InstalledModel } from "../contract/installed-model.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import type { ProgressTracker } from "../progress/progress.ts";
import { createModel, type Model } from "./model.ts";

interface LoadContext {
  adapters: readonly Adapter[];
  context: AdapterContext;
  lifecycle: Lifecycle;
  progress: ProgressTracker;
  options: LoadOptions;
  /** Only this framework will do. */
  framework?: string;
}

/** Loads an installed model with the first adapter that takes its format and runs here. */
export async function loadInstalled(installed: InstalledModel, { adapters, context, lifecycle, progress, options, framework }: LoadContext): Promise<Model> {
  lifecycle.transition("initializing");
  progress.report("initialization", 0);
  const adapter = await chooseAdapter(installed, adapters, context, framework);
  await adapter.prepare?.(installed, context, {
    ...(options.signal ? { signal: options.signal } : {}),
    onProgress: (fraction) => progress.report("initialization", fraction),
  });
  lifecycle.transition("initialized");
  progress.report("initialization", 1);

  lifecycle.transition("loading");
  const loaded = await adapter.load(installed, context, {
    ...options,
    onProgress: (fraction) => {
      progress.report("loading", fraction);
      options.onProgress?.(fraction);
    },
  });
  lifecycle.transition("loaded");
  lifecycle.transition("ready");
  progress.report("ready", 1);
  return createModel(installed, adapter.framework, loaded, lifecycle);
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
