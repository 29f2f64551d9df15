import { TenfoldError } from "@tenfold/catalog";
import { createModelShelf, type InstallRecord, type Model, type PooledModel, type Tenfold, type TenfoldLoadOptions } from "@tenfold/core";
import { splitInstalledName } from "../session.ts";

export interface ServedModelsOptions {
  tenfold: Tenfold;
  load?: Omit<TenfoldLoadOptions, "signal" | "onProgress">;
  /** Requests for one model that may wait beyond those it answers at once. */
  maxWaiting: number;
  /** How long a request waits for its model and its turn. */
  queueTimeoutMs: number;
}

/** A request's stay with a model: until `leave`, it counts. */
export interface Visit {
  readonly model: Model;
  /** Of the client, of the server that stops, or of the time that a request may wait. */
  readonly signal: AbortSignal;
  /** The first event is there: the request waits no more. */
  begun(): void;
  leave(): void;
}

/** What is installed, loaded when it is asked for. */
export interface ServedModels {
  list(): Promise<InstallRecord[]>;
  /** @throws TenfoldError `unknown-model`. */
  find(name: string): Promise<InstallRecord>;
  loaded(): PooledModel[];
  /**
   * Loads the model unless it is in memory.
   * @throws TenfoldError `unknown-model`, `busy` when too many wait, `timeout` when this one waited too long, and what loading throws.
   */
  visit(name: string, signal: AbortSignal): Promise<Visit>;
  readonly requests: { readonly running: number };
  dispose(): Promise<void>;
}

export function createServedModels({ tenfold, load = {}, maxWaiting, queueTimeoutMs }: ServedModelsOptions): ServedModels {
  const visits = new Map<string, { count: number; parallel: number }>();
  const shelf = createModelShelf({
    tenfold,
    entryOf(key) {
      const { model, variant } = splitInstalledName(key);
      return { target: model, options: { ...load, ...(variant === undefined ? {} : { variant }) } };
    },
  });

  async function find(name: string): Promise<InstallRecord> {
    // Ollama's clients ask for ":latest" where they mean no variant.
    const { model, variant } = splitInstalledName(name.replace(/:latest$/, ""));
    const record = await tenfold.store.find(model, variant);
    if (record) return record;
    throw new TenfoldError("unknown-model", `${name} is not installed on this server.`, {
      remedy: `Fetch it with \`tenfold pull ${name}\`, or ask for one that is listed.`,
    });
  }

  return {
    list: () => tenfold.store.installed(),
    find,
    loaded: () => tenfold.loaded(),
    requests: {
      get running() {
        return [...visits.values()].reduce((sum, { count }) => sum + count, 0);
      },
    },
    async visit(name, signal) {
      const record = await find(name);
      const key = `${record.model}:${record.variant.id}`;
      const crowd = visits.get(key) ?? { count: 0, parallel: 1 };
      if (crowd.count >= crowd.parallel + maxWaiting)
        throw new TenfoldError("busy", `${crowd.count} requests are with ${key} already.`, { details: { waiting: crowd.count - crowd.parallel } });
      visits.set(key, crowd);
      crowd.count += 1;
      const patience = new AbortController();
      const timer = setTimeout(
        () => patience.abort(new TenfoldError("timeout", `The request waited longer than ${queueTimeoutMs} ms for ${key}.`, { stage: "generation" })),
        queueTimeoutMs,
      );
      let left = false;
      const leave = () => {
        clearTimeout(timer);
        if (left) return;
        left = true;
        crowd.count -= 1;
      };
      const both = AbortSignal.any([signal, patience.signal]);
      try {
        const model = await shelf.open(key, { signal: both });
        crowd.parallel = Math.max(1, model.capabilities.parallel);
        return { model, signal: both, begun: () => clearTimeout(timer), leave };
      } catch (error) {
        leave();
        throw error;
      }
    },
    dispose: () => shelf.dispose(),
  };
}
