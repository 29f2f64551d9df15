/// <reference lib="dom" />
import type { Lock } from "../platform/files.ts";

/** Waits for a lock that all pages and workers of this site honour. The browser frees it when its page ends. */
export async function lockName(name: string, { signal, onWait }: { signal?: AbortSignal; onWait?: () => void } = {}): Promise<Lock> {
  signal?.throwIfAborted();
  const free = await hold(name, { ifAvailable: true });
  if (free) return free;
  onWait?.();
  signal?.throwIfAborted();
  return (await hold(name, signal ? { signal } : {})) as Lock;
}

/** The lock, held until it is released; undefined when somebody else has it and `ifAvailable` was asked for. */
function hold(name: string, options: LockOptions): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const ended = navigator.locks.request(name, options, (lock) => {
      if (!lock) return resolve(undefined);
      return new Promise<void>((free) => {
        resolve({
          async release() {
            free();
            await ended;
          },
        });
      });
    });
    ended.catch(reject);
  });
}
