import type { Clock } from "../platform/platform.ts";

const windowMs = 400;
const worthwhileGain = 1.15;
/** A connection this fast is not what holds the download back: hashing and the disk are next. In bytes per second. */
const fastConnection = 100e6;

/** Decides by what was measured whether one connection more is worth it. */
export interface Ramp {
  wantsMore(receivedBytes: number, connections: number): boolean;
  /** No more connections, whatever is measured. */
  stop(): void;
}

/** Adds a connection after each window of time while the one before made the whole faster, up to `most`. */
export function createRamp(clock: Pick<Clock, "now">, most: number): Ramp {
  let window: { at: number; receivedBytes: number } | undefined;
  let lastRate: number | undefined;
  let stopped = false;

  return {
    wantsMore(receivedBytes, connections) {
      if (stopped || connections >= most) return false;
      const at = clock.now();
      window ??= { at, receivedBytes };
      const elapsedMs = at - window.at;
      if (elapsedMs < windowMs) return false;
      const rate = ((receivedBytes - window.receivedBytes) / elapsedMs) * 1000;
      window = { at, receivedBytes };
      const gained = lastRate === undefined || rate >= lastRate * worthwhileGain;
      stopped = !gained || rate > connections * fastConnection;
      lastRate = rate;
      return !stopped;
    },
    stop() {
      stopped = true;
    },
  };
}
