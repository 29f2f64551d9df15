import type { DeviceEvent, DeviceProbe, DeviceState, Hardware } from "../src/platform/hardware.ts";
import type { Clock } from "../src/platform/platform.ts";

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

export interface SimulatedClock extends Clock {
  readonly timers: number;
  /** Moves time on; each timer that is due is followed by whatever it sets off. */
  advance(durationMs: number): Promise<void>;
}

/** Time that passes when a test says so. */
export function simulatedClock(): SimulatedClock {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; fire: () => void }>();
  return {
    get timers() {
      return timers.size;
    },
    now: () => nowMs,
    timestamp: () => new Date(nowMs).toISOString(),
    sleep: (durationMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const leave = () => {
          timers.delete(timer);
          reject(signal?.reason);
        };
        const timer = {
          atMs: nowMs + durationMs,
          fire: () => {
            timers.delete(timer);
            signal?.removeEventListener("abort", leave);
            resolve();
          },
        };
        timers.add(timer);
        signal?.addEventListener("abort", leave, { once: true });
      }),
    async advance(durationMs) {
      const end = nowMs + durationMs;
      for (;;) {
        await settled();
        const due = [...timers].filter(({ atMs }) => atMs <= end).sort((left, right) => left.atMs - right.atMs)[0];
        if (!due) break;
        nowMs = Math.max(nowMs, due.atMs);
        due.fire();
      }
      nowMs = end;
    },
  };
}

export interface ScriptedDevice extends DeviceProbe {
  /** How the device is from now on; observers hear of it. */
  become(state: DeviceState): void;
  /** The system says that memory is short. */
  press(level: "warning" | "critical"): void;
}

/**
 * A device that is as a test says: nobody can heat a build machine or drain its battery. `tells: false` has it say nothing by itself.
 * `availableBytes` is asked at each reading.
 */
export function scriptedDevice(
  first: DeviceState = {},
  { tells = true, availableBytes }: { tells?: boolean; availableBytes?: () => number } = {},
): ScriptedDevice {
  const listeners = new Set<(event: DeviceEvent) => void>();
  const hardware: Hardware = { processor: { logicalCores: 8, features: [] }, memory: {}, graphics: [] };
  let state = first;
  const emit = (event: DeviceEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  return {
    describe: async () => hardware,
    state: async () => ({ ...state, ...(availableBytes ? { availableMemoryBytes: availableBytes() } : {}) }),
    ...(tells
      ? {
          observe: (listener: (event: DeviceEvent) => void) => {
            listeners.add(listener);
            return () => void listeners.delete(listener);
          },
        }
      : {}),
    become(next) {
      state = next;
      emit({ type: "state", state: next });
    },
    press: (level) => emit({ type: "memory-pressure", level }),
  };
}
