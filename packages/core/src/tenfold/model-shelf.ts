import { TenfoldError } from "@tenfold/catalog";
import { createSharedLoad, type SharedLoad } from "../pool/shared-load.ts";
import type { ProgressEvent } from "../progress/progress.ts";
import type { Model } from "./model.ts";
import type { LoadTarget, Tenfold, TenfoldLoadOptions } from "./tenfold.ts";

/** What a model is loaded with, besides who waits for it. */
export interface ShelfEntry {
  target: LoadTarget;
  options: Omit<TenfoldLoadOptions, "signal" | "onProgress">;
}

/** Models of a façade, each loaded when it is first asked for and held until the shelf is disposed. */
export interface ModelShelf {
  /** Several callers share one load, which ends when none of them waits any more. One that failed is tried anew by the next. */
  open(name: string, options?: { signal?: AbortSignal | undefined; onProgress?: ((event: ProgressEvent) => void) | undefined }): Promise<Model>;
  /** Lets go of all models. Safe to call twice. */
  dispose(): Promise<void>;
}

interface Loading {
  load: SharedLoad<Model>;
  followers: Set<(event: ProgressEvent) => void>;
}

export interface ModelShelfOptions {
  tenfold: Pick<Tenfold, "load">;
  entryOf(name: string): ShelfEntry;
  onProgress?: ((name: string, event: ProgressEvent) => void) | undefined;
}

export function createModelShelf({ tenfold, entryOf, onProgress: tell }: ModelShelfOptions): ModelShelf {
  const models = new Map<string, Loading>();
  let disposed = false;

  function start(name: string): Loading {
    const { target, options } = entryOf(name);
    const followers: Loading["followers"] = new Set();
    const onProgress = (event: ProgressEvent) => {
      tell?.(name, event);
      for (const follow of followers) follow(event);
    };
    const load = createSharedLoad(({ signal }) => tenfold.load(target, { ...options, signal, onProgress }));
    const loading = { load, followers };
    models.set(name, loading);
    load.result.catch(() => {
      if (models.get(name) === loading) models.delete(name);
    });
    return loading;
  }

  return {
    async open(name, { signal, onProgress } = {}) {
      signal?.throwIfAborted();
      if (disposed) throw new TenfoldError("disposed", "The models were disposed.");
      const known = models.get(name);
      const { load, followers } = known && !known.load.isEnded ? known : start(name);
      if (onProgress) followers.add(onProgress);
      try {
        return await load.join(signal);
      } finally {
        if (onProgress) followers.delete(onProgress);
      }
    },
    async dispose() {
      disposed = true;
      const all = [...models.values()];
      models.clear();
      await Promise.all(
        all.map(async ({ load }) => {
          load.end(new TenfoldError("disposed", "The models were disposed."));
          const model = await load.result.catch(() => undefined);
          await model?.dispose();
        }),
      );
    },
  };
}
