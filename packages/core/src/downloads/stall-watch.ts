import type { Platform } from "../platform/platform.ts";

/** A signal that aborts when nothing was heard for a while, or when the caller's does. */
export interface StallWatch {
  readonly signal: AbortSignal;
  readonly stalled: boolean;
  /** Something was heard. */
  touch(): void;
  end(): void;
}

export function createStallWatch(platform: Platform, stallTimeoutMs: number, signal: AbortSignal | undefined): StallWatch {
  const abort = new AbortController();
  const ended = new AbortController();
  let lastHeard = platform.clock.now();
  let stalled = false;
  const watch = async () => {
    for (;;) {
      const leftMs = lastHeard + stallTimeoutMs - platform.clock.now();
      if (leftMs <= 0) break;
      await platform.clock.sleep(leftMs, ended.signal);
    }
    stalled = true;
    abort.abort(new Error("The source is silent."));
  };
  watch().catch(() => {});
  return {
    signal: signal ? AbortSignal.any([signal, abort.signal]) : abort.signal,
    get stalled() {
      return stalled;
    },
    touch: () => {
      lastHeard = platform.clock.now();
    },
    end: () => ended.abort(),
  };
}
