import { createHubCatalog, type HubCatalogOptions } from "../catalogs/hub-catalog.ts";
import type { Adapter, AdapterContext, LoadOptions, Support } from "../contract/adapter.ts";
import type { InstalledModel } from "../contract/installed-model.ts";
import { type Log, silentLog } from "../contract/log.ts";
import type { ConnectionLimits } from "../downloads/connection-limits.ts";
import type { DownloadQueue } from "../downloads/download-queue.ts";
import type { SourceSettings } from "../downloads/source.ts";
import type { InstallTarget } from "../install/install-variant.ts";
import type { AcceptLicence } from "../install/require-consent.ts";
import { createLifecycle, type Lifecycle } from "../lifecycle/lifecycle.ts";
import type { Platform } from "../platform/platform.ts";
import type { PooledModel } from "../pool/pool.ts";
import type { PowerGovernor } from "../power/power-governor.ts";
import type { PowerMode } from "../power/power-plan.ts";
import { createProgressTracker, type ProgressEvent, type ProgressTracker } from "../progress/progress.ts";
import type { ModelSource } from "../registry/model-source.ts";
import { createRegisteredModels, type RegisteredModels } from "../registry/registered-models.ts";
import { createRegistry, type Registry, type VariantsFor } from "../registry/registry.ts";
import type { Ranking } from "../selection/rank-candidates.ts";
import type { InstallRecord } from "../store/records.ts";
import { createStore, type Store } from "../store/store.ts";
import { type Attempt, createAttempt } from "./attempt.ts";
import type { Loader, LoadWalk, MemoryOptions } from "./loader.ts";
import type { Model } from "./model.ts";
import type { SelectOptions, SelectTarget } from "./select.ts";

export interface TenfoldOptions {
  adapters: readonly Adapter[];
  /** Hubs, asked in this order: addresses, or addresses with a channel or the fingerprint of their root. */
  catalogs?: readonly (string | HubCatalogOptions)[];
  /** Other places that list models, asked after the hubs. */
  sources?: readonly ModelSource[];
  platform: Platform;
  /** Where diagnostics go; by default nowhere. */
  log?: Log;
  /** How files on the Hugging Face Hub are reached. */
  huggingFace?: { endpoint?: string; token?: string };
  /** The headers that sign in to an address that files come from. They go to that origin only and are never shown. */
  credentials?: (url: string) => Readonly<Record<string, string>> | undefined;
  /** Most connections for downloads at once. Default 8 in all, 4 to one host. */
  connections?: Partial<ConnectionLimits>;
  /** The most that all models may take together, and how long an unused one stays. By default what the device has, and as long as it is held. */
  memory?: MemoryOptions;
  /** What matters more, answers or the battery. Default "balanced". */
  power?: PowerMode;
}

export interface PullOptions {
  variant?: string;
  /** Nobody waits for it: it waits while the device is hot, saves power, or has a low battery that is not charging. */
  background?: boolean;
  /** Asked, before the first byte, where the licence wants consent; a yes is remembered in the store. Default: nobody accepts. */
  acceptLicence?: AcceptLicence;
  signal?: AbortSignal;
  onProgress?: (event: ProgressEvent) => void;
}

export interface TenfoldLoadOptions extends Omit<LoadOptions, "onProgress">, PullOptions {
  /** Only this framework will do. */
  framework?: string;
  /** Never unloaded to make room, for as long as this handle on it is held. */
  keepLoaded?: boolean;
  /** Load even though the same load never returned before. */
  force?: boolean;
  /** Load what is installed although its hub has revoked it since. What is not installed stays refused. */
  allowRevoked?: boolean;
}

/** A catalog id, or a file or folder on this device. */
export type LoadTarget = string | { path: string };

export interface Tenfold {
  readonly store: Store;
  /** Models that this device lists itself come first, then the hubs, then other sources. */
  readonly models: Registry & Pick<RegisteredModels, "register" | "update" | "unregister">;
  /** Downloads, verifies and validates a model. Fetches only what is missing or damaged. */
  pull(model: string, options?: PullOptions): Promise<InstallRecord>;
  /**
   * Walks the whole lifecycle and returns a model that is ready: pulls it when it is not installed. Loads of one variant with the same
   * options share one model in memory. Where memory runs out or the framework crashes, the next framework that takes the variant is
   * tried, then other installed variants, unless one was named.
   */
  load(target: LoadTarget, options?: TenfoldLoadOptions): Promise<Model>;
  /** As {@link Tenfold.pull}, with its states to watch, and a retry that repeats only the stage that failed. */
  startPull(model: string, options?: PullOptions): Attempt<InstallRecord>;
  /** As {@link Tenfold.load}, with its states to watch, and a retry that repeats only the stage that failed. */
  startLoad(target: LoadTarget, options?: TenfoldLoadOptions): Attempt<Model>;
  /** Frees a model's memory, whoever holds it. Answers under way end with `disposed`; handles stay, and load it again when they are used. */
  unload(model: string, options?: { variant?: string }): Promise<void>;
  /** Whether the model is in memory and can answer. */
  isLoaded(model: string, options?: { variant?: string }): boolean;
  /** What is in memory or on its way, and what it takes. */
  loaded(): PooledModel[];
  /**
   * Ranks what could answer here: the variants of a model, or of all that meet criteria, under every framework, with the reasons, and what
   * was rejected and why. Prefers what was measured on this device.
   * @throws TenfoldError `unknown-model`, `catalog-unreachable` when nothing is known because of that.
   */
  select(target: SelectTarget, options?: SelectOptions): Promise<Ranking>;
  /** What each adapter says of this device. */
  frameworks(): Promise<{ framework: string; formats: readonly string[]; support: Support }[]>;
}

export function createTenfold(options: TenfoldOptions): Tenfold {
  const { adapters, platform, log = silentLog } = options;
  const store = createStore(platform);
  const catalogs = (options.catalogs ?? []).map((catalog) => createHubCatalog(typeof catalog === "string" ? { url: catalog } : catalog, platform, log));
  const registered = createRegisteredModels(platform);
  const formatsOf = (framework: string) => adapters.find((adapter) => adapter.framework === framework)?.formats ?? [];
  const variantsFor: VariantsFor = async (manifest, device) => {
    const [{ variantsFor }] = await Promise.all([import("./select.ts"), lookForNativeParts()]);
    return variantsFor(manifest, device, surroundings);
  };
  const registry = createRegistry([registered, ...catalogs, ...(options.sources ?? [])], log, { formatsOf, variantsFor });
  const sources: SourceSettings = {
    ...(options.huggingFace?.endpoint ? { huggingFaceEndpoint: options.huggingFace.endpoint } : {}),
    ...(options.huggingFace?.token ? { huggingFaceToken: options.huggingFace.token } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
  };
  /** Shared by every pull, so that several at once keep to the limits together. */
  let downloads: DownloadQueue | undefined;
  /** What follows the device and what loads models come with the first use. */
  let power: Promise<PowerGovernor> | undefined;
  let opening: Promise<Loader> | undefined;
  let loader: Loader | undefined;
  /** What lies in the store now, looked for whenever frameworks are asked or a model is loaded: a part may be added meanwhile. */
  const nativeParts = new Map<string, string>();
  const context: AdapterContext = { platform: { name: platform.name, os: platform.os, architecture: platform.architecture }, nativeParts, log };

  const surroundings = { platform, store, registry, adapters, context };

  async function lookForNativeParts(): Promise<void> {
    const { findNativeParts } = await import("../native-parts/list-native-parts.ts");
    const found = await findNativeParts(platform, log);
    for (const name of nativeParts.keys()) if (!found.has(name)) nativeParts.delete(name);
    for (const [name, folder] of found) nativeParts.set(name, folder);
  }

  function openPower(): Promise<PowerGovernor> {
    power ??= import("../power/power-governor.ts").then(({ createPowerGovernor }) => createPowerGovernor({ ...platform, mode: options.power, log }));
    return power;
  }

  function openLoader(): Promise<Loader> {
    opening ??= Promise.all([import("./loader.ts"), openPower()]).then(([{ createLoader }, governor]) => {
      loader = createLoader({ ...options, store, reinstall, context, log, power: governor });
      return loader;
    });
    return opening;
  }

  async function inBackground(queue: DownloadQueue, signal: AbortSignal | undefined): Promise<DownloadQueue> {
    const [{ openInBackground }, governor] = await Promise.all([import("../power/background-downloads.ts"), openPower()]);
    return openInBackground(queue, governor, signal);
  }

  /** Installed once more, so that what is loaded was verified. */
  function reinstall(model: string, variant: string): Promise<InstallRecord> {
    const { lifecycle, progress } = start(model, undefined);
    return installing(model, { variant }, lifecycle, progress)(undefined);
  }

  /** A call after one that failed goes on from the stage that failed. */
  function installing(
    model: string,
    { variant, acceptLicence, background = false, allowRevoked = false }: PullOptions & Pick<TenfoldLoadOptions, "allowRevoked">,
    lifecycle: Lifecycle,
    progress: ProgressTracker,
  ) {
    let target: InstallTarget | undefined;
    let record: InstallRecord | undefined;

    async function discover(signal: AbortSignal | undefined): Promise<InstallTarget> {
      progress.report("discovery", 0);
      const { findTarget } = await import("../discovery/find-target.ts");
      const found = await findTarget({
        ...{ registry, store, adapters, model, fitting: (manifest) => variantsFor(manifest, "this") },
        ...(variant === undefined ? {} : { variant }),
        allowRevoked,
        ...(signal ? { signal } : {}),
      });
      const able = adapters.filter(({ formats }) => formats.includes(found.variant.format));
      const refusals = able.flatMap((adapter) => adapter.refusal?.(found.variant) ?? []);
      if (refusals[0] && refusals.length === able.length) throw refusals[0];
      lifecycle.transition("discovered");
      progress.report("discovery", 1);
      return found;
    }
    async function install(found: InstallTarget, signal: AbortSignal | undefined): Promise<InstallRecord> {
      const [{ installVariant }, { createDownloadQueue }] = await Promise.all([
        import("../install/install-variant.ts"),
        import("../downloads/download-queue.ts"),
      ]);
      downloads ??= createDownloadQueue(options.connections ? { limits: options.connections } : {});
      return installVariant(found, {
        ...{ platform, store, log, sources, lifecycle, progress },
        downloads: background ? await inBackground(downloads, signal) : downloads,
        ...(acceptLicence ? { acceptLicence } : {}),
        ...(signal ? { signal } : {}),
      });
    }
    return async (signal: AbortSignal | undefined): Promise<InstallRecord> => {
      target ??= await discover(signal);
      record ??= await install(target, signal);
      return record;
    };
  }

  /** As {@link installing}, for a file or folder that stays where it is. */
  function openingLocal(path: string, lifecycle: Lifecycle) {
    let model: InstalledModel | undefined;
    return async (signal: AbortSignal | undefined): Promise<InstalledModel> => {
      if (model) return model;
      if (lifecycle.state === "uninitialized") for (const state of ["discovered", "downloaded"] as const) lifecycle.transition(state);
      lifecycle.transition("validating");
      const { openLocalModel } = await import("../local/open-local-model.ts");
      model = await openLocalModel(platform, path, signal);
      lifecycle.transition("validated");
      return model;
    };
  }

  const start = (name: string, onProgress: PullOptions["onProgress"]) => ({
    lifecycle: createLifecycle(name, platform.clock),
    progress: createProgressTracker(platform.clock, onProgress ?? (() => {})),
  });

  function startPull(model: string, pullOptions: PullOptions = {}): Attempt<InstallRecord> {
    const { lifecycle, progress } = start(model, pullOptions.onProgress);
    return createAttempt(model, lifecycle, installing(model, pullOptions, lifecycle, progress), pullOptions.signal);
  }

  function startLoad(target: LoadTarget, loadOptions: TenfoldLoadOptions = {}): Attempt<Model> {
    const { onProgress, framework, variant, acceptLicence, background, keepLoaded, force, allowRevoked, signal, ...adapterOptions } = loadOptions;
    const name = typeof target === "string" ? target : target.path;
    const { lifecycle, progress } = start(name, onProgress);
    const pullOptions = {
      ...(variant === undefined ? {} : { variant }),
      ...(acceptLicence ? { acceptLicence } : {}),
      ...(background === undefined ? {} : { background }),
      ...(allowRevoked === undefined ? {} : { allowRevoked }),
    };
    const pulled = installing(name, pullOptions, lifecycle, progress);
    const opened = openingLocal(name, lifecycle);
    const installed = typeof target === "string" ? async (now?: AbortSignal) => store.open(await pulled(now)) : opened;
    let load: LoadWalk | undefined;
    return createAttempt(
      name,
      lifecycle,
      async (now) => {
        await lookForNativeParts();
        const model = await installed(now);
        load ??= (await openLoader()).walk(model, {
          options: adapterOptions,
          framework,
          keepLoaded,
          force,
          lifecycle,
          progress,
          mayReplace: typeof target === "string" && variant === undefined,
        });
        return load(now);
      },
      signal,
    );
  }

  return {
    store,
    models: { ...registry, register: registered.register, update: registered.update, unregister: registered.unregister },
    pull: (model, pullOptions) => startPull(model, pullOptions).result,
    load: (target, loadOptions) => startLoad(target, loadOptions).result,
    startPull,
    startLoad,
    async unload(model, { variant } = {}) {
      await (await opening)?.unload(model, variant);
    },
    isLoaded: (model, { variant } = {}) => loader?.isLoaded(model, variant) ?? false,
    loaded: () => loader?.list() ?? [],
    async select(target, selectOptions = {}) {
      const [{ select }] = await Promise.all([import("./select.ts"), lookForNativeParts()]);
      return select(target, selectOptions, surroundings);
    },
    async frameworks() {
      await lookForNativeParts();
      return Promise.all(adapters.map(async (adapter) => ({ framework: adapter.framework, formats: adapter.formats, support: await adapter.probe(context) })));
    },
  };
}
