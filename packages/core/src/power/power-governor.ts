import { type Log, silentLog } from "../contract/log.ts";
import type { DeviceProbe, DeviceState } from "../platform/hardware.ts";
import type { Clock } from "../platform/platform.ts";
import { type PowerMode, type PowerPlan, powerPlan } from "./power-plan.ts";

export interface PowerGovernorOptions {
  clock: Pick<Clock, "now" | "sleep">;
  device?: DeviceProbe | undefined;
  /** Default "balanced". */
  mode?: PowerMode | undefined;
  log?: Log | undefined;
}

/** Follows the device and says how hard models may work. */
export interface PowerGovernor {
  mode: PowerMode;
  /** By the last that is known of the device. */
  readonly plan: PowerPlan;
  /** Asks the device, unless it did so lately or tells of changes itself. */
  refresh(): Promise<PowerPlan>;
  /** Waits until the plan is another one, or is due to be looked at again. Rejects with the signal's reason. */
  change(signal?: AbortSignal): Promise<void>;
  /** Threads for a load, of those that would be used otherwise; undefined at full pace or when the cores are unknown. */
  threads(): Promise<number | undefined>;
  /** Called after each change of plan. @returns ends the calls. */
  observe(listener: (plan: PowerPlan) => void): () => void;
}

/** How often a device that tells of nothing is asked. Heat builds up over tens of seconds. */
const askEveryMs = 5000;

export function createPowerGovernor({ clock, device, mode = "balanced", log = silentLog }: PowerGovernorOptions): PowerGovernor {
  const listeners = new Set<(plan: PowerPlan) => void>();
  let known: DeviceState = {};
  let plan = powerPlan(mode, known);
  let askedAtMs: number | undefined;
  let asking: Promise<void> | undefined;

  function decide(): void {
    const next = powerPlan(mode, known);
    const changed = JSON.stringify(next) !== JSON.stringify(plan);
    plan = next;
    if (changed) for (const listener of [...listeners]) listener(plan);
  }

  async function ask(probe: DeviceProbe): Promise<void> {
    try {
      known = await probe.state();
      decide();
    } catch (error) {
      log("warning", `The device does not say how it is: ${String(error)}`);
    }
    askedAtMs = clock.now();
  }

  device?.observe?.((event) => {
    if (event.type !== "state") return;
    known = { ...known, ...event.state };
    askedAtMs = clock.now();
    decide();
  });

  const governor: PowerGovernor = {
    get mode() {
      return mode;
    },
    set mode(next) {
      mode = next;
      decide();
    },
    get plan() {
      return plan;
    },
    async refresh() {
      const told = device?.observe !== undefined && askedAtMs !== undefined;
      if (device && !told && (askedAtMs === undefined || clock.now() - askedAtMs >= askEveryMs)) {
        asking ??= ask(device).finally(() => {
          asking = undefined;
        });
        await asking;
      }
      return plan;
    },
    async change(signal) {
      signal?.throwIfAborted();
      const done = new AbortController();
      const either = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
      const stop = governor.observe(() => done.abort());
      try {
        await clock.sleep(askEveryMs, either);
      } catch (error) {
        if (!done.signal.aborted || signal?.aborted) throw error;
      } finally {
        stop();
      }
    },
    async threads() {
      const { threadShare } = await governor.refresh();
      if (threadShare === 1) return undefined;
      const cores = await device?.describe().then(
        ({ processor }) => processor.performanceCores ?? processor.logicalCores,
        () => undefined,
      );
      return cores === undefined ? undefined : Math.max(1, Math.floor(cores * threadShare));
    },
    observe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return governor;
}
