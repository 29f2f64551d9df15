import { TenfoldError } from "@tenfold/catalog";

/** When a model may be used, and when its memory may go. */
export interface Lifetime {
  /** @throws TenfoldError `disposed` once disposal has begun. */
  check(): void;
  /** Runs work that disposal waits for. */
  busy<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Ends once nothing runs any more and `release` has ended. The same promise each time. */
  dispose(): Promise<void>;
}

export function createLifetime(framework: string, release: () => Promise<void>): Lifetime {
  const running = new Set<Promise<unknown>>();
  let disposal: Promise<void> | undefined;

  function check(): void {
    if (disposal) throw new TenfoldError("disposed", "The model was disposed.", { framework });
  }

  return {
    check,
    async busy(work) {
      check();
      const one = work();
      running.add(one);
      try {
        return await one;
      } finally {
        running.delete(one);
      }
    },
    dispose() {
      // Native memory must outlive the calls that use it.
      disposal ??= Promise.resolve().then(async () => {
        await Promise.allSettled(running);
        await release();
      });
      return disposal;
    },
  };
}
