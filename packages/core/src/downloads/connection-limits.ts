export interface ConnectionLimits {
  /** Connections at once, to whatever host. */
  total: number;
  /** Connections at once to one host. */
  perHost: number;
}

/** Frees the connection's place. */
export type Release = () => void;

/** Hands out places for connections. */
export interface Connections {
  /** Waits for a place; who has the higher priority comes first, then who came first. Rejects with the signal's reason. */
  acquire(host: string, options?: { priority?: number; signal?: AbortSignal }): Promise<Release>;
  /** A place for one connection more, if there is one that nobody waits for. */
  tryAcquire(host: string): Release | undefined;
}

interface Waiter {
  host: string;
  priority: number;
  start: (release: Release) => void;
}

export function createConnections({ total, perHost }: ConnectionLimits): Connections {
  const used = new Map<string, number>();
  let usedInAll = 0;
  const waiting: Waiter[] = [];
  const isFree = (host: string) => usedInAll < total && (used.get(host) ?? 0) < perHost;

  function occupy(host: string): Release {
    usedInAll += 1;
    used.set(host, (used.get(host) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      usedInAll -= 1;
      const left = (used.get(host) ?? 1) - 1;
      if (left === 0) used.delete(host);
      else used.set(host, left);
      next();
    };
  }

  function next(): void {
    for (const waiter of [...waiting].sort((left, right) => right.priority - left.priority)) {
      if (!isFree(waiter.host)) continue;
      waiting.splice(waiting.indexOf(waiter), 1);
      waiter.start(occupy(waiter.host));
    }
  }

  return {
    acquire(host, { priority = 0, signal } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const leave = () => {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(signal?.reason);
        };
        const waiter: Waiter = {
          host,
          priority,
          start: (release) => {
            signal?.removeEventListener("abort", leave);
            resolve(release);
          },
        };
        waiting.push(waiter);
        signal?.addEventListener("abort", leave, { once: true });
        next();
      });
    },
    tryAcquire: (host) => (isFree(host) && !waiting.some((waiter) => waiter.host === host || usedInAll + 1 >= total) ? occupy(host) : undefined),
  };
}
