import type { Lock } from "@tenfold/core";

interface Waiting {
  begin(): void;
}

/** Exclusive locks by name, within one process. */
export function createNamedLocks() {
  /** Who waits for a lock that is held. */
  const held = new Map<string, Waiting[]>();

  function release(name: string): void {
    const next = held.get(name)?.shift();
    if (next) next.begin();
    else held.delete(name);
  }

  return {
    async acquire(name: string, { signal, onWait }: { signal?: AbortSignal; onWait?: () => void } = {}): Promise<Lock> {
      signal?.throwIfAborted();
      const queue = held.get(name);
      if (queue) {
        onWait?.();
        signal?.throwIfAborted();
        await new Promise<void>((resolve, reject) => {
          const one = {
            begin() {
              signal?.removeEventListener("abort", leave);
              resolve();
            },
          };
          function leave() {
            queue?.splice(queue.indexOf(one), 1);
            reject(signal?.reason);
          }
          queue.push(one);
          signal?.addEventListener("abort", leave, { once: true });
        });
      } else held.set(name, []);
      let released = false;
      return {
        async release() {
          if (released) return;
          released = true;
          release(name);
        },
      };
    },
  };
}
