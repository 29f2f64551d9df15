import type { Clock } from "../platform/platform.ts";

/** Calls back once nothing has happened for a while. */
export interface IdleWatch {
  /** Something happened: the time begins anew. */
  restart(): void;
  stop(): void;
}

/** @param timeoutMs absent: it never calls back. */
export function createIdleWatch(clock: Pick<Clock, "sleep">, timeoutMs: number | undefined, onIdle: () => void): IdleWatch {
  let running: AbortController | undefined;
  const stop = () => running?.abort();
  return {
    restart() {
      stop();
      if (timeoutMs === undefined) return;
      const own = new AbortController();
      running = own;
      clock.sleep(timeoutMs, own.signal).then(
        () => own.signal.aborted || onIdle(),
        () => {},
      );
    },
    stop,
  };
}
