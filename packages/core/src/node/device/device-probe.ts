import type { DeviceEvent, DeviceProbe, DeviceState, Hardware } from "../../platform/hardware.ts";
import { linuxDevice } from "./linux-device.ts";
import { macosDevice } from "./macos-device.ts";
import { otherDevice } from "./other-device.ts";
import type { SystemReader } from "./system-reader.ts";
import { windowsDevice } from "./windows-device.ts";

/** What a device is read from; injected so that each system's logic runs on any. */
export interface SystemSources {
  reader: SystemReader;
  /** Milliseconds that never go back. */
  nowMs: () => number;
  /** Of the operating system. */
  version: string;
  /** Core-seconds that this process has worked. */
  ownSeconds: () => number;
  /** Processes that wanted a core during the last minute; undefined where the system does not say. */
  loadAverage: () => number | undefined;
  /** What Node itself knows, for systems that tell nothing more. */
  node: { logicalCores: number; totalBytes: number; freeBytes: () => number; model: string | undefined };
}

/** One operating system. */
export interface SystemDevice {
  describe(): Promise<Hardware>;
  state(): Promise<DeviceState>;
  /** Undefined where the system does not say. */
  pressure(): Promise<"none" | "warning" | "critical" | undefined>;
  /** How often it may be asked. */
  intervalMs: number;
}

export interface DeviceProbeOptions {
  os: string;
  sources: SystemSources;
  /** Calls back again and again until the returned function is called. Default: a timer that keeps no process alive. */
  every?: (intervalMs: number, call: () => void) => () => void;
}

/** The device as Node can see it. Systems push nothing to Node: observers are told what changed between two looks. */
export function createDeviceProbe({ os, sources, every = repeat }: DeviceProbeOptions): DeviceProbe {
  const device = deviceOf(os, sources);
  return {
    describe: async () => ({ ...(await device.describe()), osVersion: sources.version }),
    state: device.state,
    processorSeconds: sources.ownSeconds,
    observe(listener) {
      let looking = false;
      let stopped = false;
      let last: Look | undefined;
      const stop = every(device.intervalMs, () => {
        if (looking) return;
        looking = true;
        look(device)
          .then((now) => {
            if (stopped) return;
            for (const event of changes(last, now)) listener(event);
            last = now;
          })
          .finally(() => {
            looking = false;
          });
      });
      return () => {
        stopped = true;
        stop();
      };
    },
  };
}

interface Look {
  state: DeviceState;
  pressure: "none" | "warning" | "critical" | undefined;
}

async function look(device: SystemDevice): Promise<Look> {
  const [state, pressure] = await Promise.all([device.state(), device.pressure()]);
  return { state, pressure };
}

/** Memory and load move all the time: only what calls for another way of working is an event. Pressure that lasts is told again each time. */
function changes(last: Look | undefined, { state, pressure }: Look): DeviceEvent[] {
  const events: DeviceEvent[] = [];
  if (pressure === "warning" || pressure === "critical") events.push({ type: "memory-pressure", level: pressure });
  const differs = (["thermal", "charging", "lowPower"] as const).some((key) => last !== undefined && last.state[key] !== state[key]);
  if (differs) events.push({ type: "state", state });
  return events;
}

function deviceOf(os: string, sources: SystemSources): SystemDevice {
  if (os === "linux" || os === "android") return linuxDevice(sources);
  if (os === "darwin") return macosDevice(sources);
  return os === "win32" ? windowsDevice(sources) : otherDevice(sources);
}

function repeat(intervalMs: number, call: () => void): () => void {
  const timer = setInterval(call, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
