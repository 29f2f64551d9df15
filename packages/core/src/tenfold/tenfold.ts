import { createHubCatalog, type HubCatalogOptions } from "../catalogs/hub-catalog.ts";
import type { Adapter, AdapterContext, LoadOptions, Support } from "../contract/adapter.ts";
import { type Log, silentLog } from "../contract/log.ts";
import { findTarget } from "../discovery/find-target.ts";
import type { ConnectionLimits } from "../downloads/connection-limits.ts";
import type { DownloadQueue } from "../downloads/download-queue.ts";
import type { SourceSettings } from "../downloads/source.ts";
import { createLifecycle, type Lifecycle } from "../lifecycle/lifecycle.ts";
import { canTransition } from "../lifecycle/states.ts";
import { openLocalModel } from "../local/open-local-model.ts";
import type { Platform } from "../platform/platform.ts";
import { createProgressTracker, type ProgressEvent, type ProgressTracker } from "../progress/progress.ts";
import type { ModelSource } from "../registry/model-source.ts";
import { createRegisteredModels, type RegisteredModels } from "../registry/registered-models.ts";
import { createRegistry, type Registry } from "../registry/registry.ts";
import type { InstallRecord } from "../store/records.ts";
import { createStore, type Store } from "../store/store.ts";
import { loadInstalled } from "./load-installed.ts";
import type { Model } from "./model.ts";

export interface TenfoldOptions {
  adapters: readonly Adapter[];
  /** Hubs, asked in this order: addresses, or addresses with a channel. */
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
}

export interface PullOptions {
  variant?: string;
  signal?: AbortSignal;
  onProgress?: (event: ProgressEvent) => void;
}

export interface TenfoldLoadOptions extends Omit<LoadOptions, "onProgress">, PullOptions {
  /** Only this framework will do. */
  framework?: string;
}

/** A catalog id, or a file or folder on this device. */
export type LoadTarget = string | { path: string };

export interface Tenfold {
  readonly store: Store;
  /** Models that this device lists itself come first, then the hubs, then other sources. */
  readonly models: Registry & Pick<RegisteredModels, "register" | "update" | "unregister">;
  /** Downloads, verifies and validates a model. Fetches only what is missing or damaged. */
  pull(model: string, options?: PullOptions): Promise<InstallRecord>;
  /** Walks the whole lifecycle and returns a model that is ready: pulls it when it is not installed. */
  load(target: LoadTarget, options?: TenfoldLoadOptions): Promise<Model>;
  /** What each adapter says of this device. */
  frameworks(): Promise<{ framework: string; formats: readonly string[]; support: Support }[]>;
}

export function createTenfold(options: TenfoldOptions): Tenfold {
  const { adapters, platform, log = silentLog } = options;
  const store = createStore(platform);
  const catalogs = (options.catalogs ?? []).map((catalog) => createHubCatalog(typeof catalog === "string" ? { url: catalog } : catalog, platform, log));
  const registered = createRegisteredModels(platform);
  const registry = createRegistry([registered, ...catalogs, ...(options.sources ?? [])], log);
  const sources: SourceSettings = {
    ...(options.huggingFace?.endpoint ? { huggingFaceEndpoint: options.huggingFace.endpoint } : {}),
    ...(options.huggingFace?.token ? { huggingFaceToken: options.huggingFace.token } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
  };
  /** Shared by every pull, so that several at once keep to the limits together. */
  let downloads: DownloadQueue | undefined;
  const context: AdapterContext = { platform: { name: platform.name, os: platform.os, architecture: platform.architecture }, nativeParts: new Map(), log };

  async function install(model: string, { variant, signal }: PullOptions, lifecycle: Lifecycle, progress: ProgressTracker): Promise<InstallRecord> {
    progress.report("discovery", 0);
    const target = await findTarget({ registry, store, adapters, model, ...(variant === undefined ? {} : { variant }), ...(signal ? { signal } : {}) });
    lifecycle.transition("discovered");
    progress.report("discovery", 1);
    const [{ installVariant }, { createDownloadQueue }] = await Promise.all([
      import("../install/install-variant.ts"),
      import("../downloads/download-queue.ts"),
    ]);
    downloads ??= createDownloadQueue(options.connections ? { limits: options.connections } : {});
    return installVariant(target, { platform, store, log, sources, downloads, lifecycle, progress, ...(signal ? { signal } : {}) });
  }

  /** Keeps the lifecycle honest about what failed; states that cannot fail have no way to `error`. */
  async function attempt<Result>(lifecycle: Lifecycle, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (canTransition(lifecycle.state, "error")) lifecycle.fail(error);
      throw error;
    }
  }

  const start = (name: string, onProgress: PullOptions["onProgress"]) => ({
    lifecycle: createLifecycle(name, platform.clock),
    progress: createProgressTracker(platform.clock, onProgress ?? (() => {})),
  });

  return {
    store,
    models: { ...registry, register: registered.register, update: registered.update, unregister: registered.unregister },
    pull(model, pullOptions = {}) {
      const { lifecycle, progress } = start(model, pullOptions.onProgress);
      return attempt(lifecycle, () => install(model, pullOptions, lifecycle, progress));
    },
    load(target, { onProgress, framework, ...loadOptions } = {}) {
      const { lifecycle, progress } = start(typeof target === "string" ? target : target.path, onProgress);
      return attempt(lifecycle, async () => {
        const installed =
          typeof target === "string"
            ? store.open(await install(target, loadOptions, lifecycle, progress))
            : await openLocal(target.path, loadOptions.signal, lifecycle);
        return loadInstalled(installed, { adapters, context, lifecycle, progress, options: loadOptions, ...(framework === undefined ? {} : { framework }) });
      });
    },
    frameworks: () =>
      Promise.all(adapters.map(async (adapter) => ({ framework: adapter.framework, formats: adapter.formats, support: await adapter.probe(context) }))),
  };

  async function openLocal(path: string, signal: AbortSignal | undefined, lifecycle: Lifecycle) {
    for (const state of ["discovered", "downloaded", "validating"] as const) lifecycle.transition(state);
    const model = await openLocalModel(platform, path, signal);
    lifecycle.transition("validated");
    return model;
  }
}
