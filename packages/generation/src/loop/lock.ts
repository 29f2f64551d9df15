/** Lets one in at a time, in order. */
export interface Lock {
  /** Waits for its turn; returns what gives it to the next. Rejects with the signal's reason, without having had a turn. */
  acquire(signal: AbortSignal | undefined): Promise<() => void>;
}

export function createLock(): Lock {
  let last: Promise<void> = Promise.resolve();
  return {
    async acquire(signal) {
      signal?.throwIfAborted();
      const before = last;
      let release = () => {};
      const turn = new Promise<void>((resolve) => {
        release = resolve;
      });
      last = before.then(() => turn);
      try {
        await abortable(before, signal);
      } catch (error) {
        release();
        throw error;
      }
      return release;
    },
  };
}

function abortable(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
  });
}
