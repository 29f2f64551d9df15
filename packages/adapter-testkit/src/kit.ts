import type { Adapter, AdapterContext, InstalledModel, LoadedModel, LoadOptions } from "@tenfold/core";
import type { Reference } from "./reference.ts";

/** What a run of the cases is given. */
export interface ConformanceSetup {
  adapter: Adapter;
  context: AdapterContext;
  model: InstalledModel;
  /** Absent for a model without one; the cases that need it do not apply then. */
  reference?: Reference;
  /** Used for every load, under what a case asks for: `{ threads: 1 }` on a busy machine. */
  loadOptions?: LoadOptions;
  /** Bytes of memory that the process holds, where that can be told. */
  processMemory?: () => number;
  /** Loads over which that memory may not grow. Default 20; a leak is found by fewer where loads take long. */
  memoryLoads?: number;
  /** Makes a copy of the model with other bytes, where files can be written. */
  damage?: (model: InstalledModel, change: (bytes: Uint8Array) => Uint8Array) => Promise<{ model: InstalledModel; remove(): Promise<void> }>;
}

/** What one case is given. */
export interface ConformanceKit extends ConformanceSetup {
  /** A freshly loaded model, disposed after the case. */
  load(options?: LoadOptions): Promise<LoadedModel>;
  /** A loaded model that cases share. They leave it as they found it. */
  shared(): Promise<LoadedModel>;
}

export interface OpenKit extends ConformanceKit {
  /** Disposes what a case loaded. */
  endCase(): Promise<void>;
  close(): Promise<void>;
}

export function createKit(setup: ConformanceSetup): OpenKit {
  let own: LoadedModel[] = [];
  let shared: Promise<LoadedModel> | undefined;
  const load = (options: LoadOptions = {}) => setup.adapter.load(setup.model, setup.context, { ...setup.loadOptions, ...options });
  return {
    ...setup,
    async load(options) {
      const model = await load(options);
      own.push(model);
      return model;
    },
    async shared() {
      shared ??= load();
      return shared;
    },
    async endCase() {
      const finished = own;
      own = [];
      await Promise.all(finished.map((model) => model.dispose()));
    },
    async close() {
      await this.endCase();
      await (await shared?.catch(() => undefined))?.dispose();
    },
  };
}
