import { TenfoldError } from "@tenfold/catalog";
import type { Adapter, AdapterContext, LoadOptions } from "../contract/adapter.ts";
import type { InstalledModel } from "../contract/installed-model.ts";
import type { LoadedModel } from "../contract/loaded-model.ts";
import type { LoadFollower } from "../pool/pool-candidate.ts";

export interface LoadInstalledOptions extends LoadOptions {
  follow: LoadFollower;
  signal: AbortSignal;
  /** What was prepared stays so. */
  isPrepared: boolean;
  onPrepared(): void;
}

/** Prepares and loads an installed model with an adapter that runs here. */
export async function loadInstalled(
  installed: InstalledModel,
  adapter: Adapter,
  context: AdapterContext,
  { follow, isPrepared, onPrepared, ...options }: LoadInstalledOptions,
): Promise<LoadedModel> {
  follow.state("initializing");
  follow.progress("initialization", 0);
  if (!isPrepared)
    await adapter.prepare?.(installed, context, { signal: options.signal, onProgress: (fraction) => follow.progress("initialization", fraction) });
  onPrepared();
  follow.state("initialized");
  follow.progress("initialization", 1);
  follow.state("loading");
  const loaded = await adapter.load(installed, context, { ...options, onProgress: (fraction) => follow.progress("loading", fraction) });
  follow.state("loaded");
  return loaded;
}

/**
 * The adapters that take a model's format and run here, in their order; each is asked when it is needed.
 * @throws TenfoldError `framework-unavailable` or `no-adapter` when there is none.
 */
export async function* usableAdapters(
  installed: InstalledModel,
  adapters: readonly Adapter[],
  context: AdapterContext,
  framework: string | undefined,
): AsyncGenerator<Adapter, void> {
  const { format } = installed.variant;
  const candidates = adapters.filter((adapter) => adapter.formats.includes(format) && (framework === undefined || adapter.framework === framework));
  const refusals: string[] = [];
  let remedy: string | undefined;
  for (const adapter of candidates) {
    const support = await adapter.probe(context);
    if (support.available) yield adapter;
    else {
      refusals.push(`${adapter.framework}: ${support.reason}`);
      remedy ??= support.remedy;
    }
  }
  if (refusals.length === candidates.length && refusals.length > 0)
    throw new TenfoldError("framework-unavailable", `Nothing here can load ${installed.id}. ${refusals.join(" ")}`, remedy ? { remedy } : {});
  if (candidates.length === 0)
    throw new TenfoldError("no-adapter", `${installed.id} is in the format ${format}; no adapter here loads that${framework ? ` with ${framework}` : ""}.`);
}
