import { availableParallelism, cpus, freemem, loadavg, release, totalmem } from "node:os";
import type { DeviceProbe } from "../../platform/hardware.ts";
import { createDeviceProbe } from "./device-probe.ts";
import { systemReader } from "./system-reader.ts";

/** This device, as the process's own system tells. */
export function nodeDevice(): DeviceProbe {
  return createDeviceProbe({
    os: process.platform,
    sources: {
      reader: systemReader,
      nowMs: () => performance.now(),
      version: release(),
      ownSeconds: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
      // Windows has none, and Node says 0 there. Elsewhere those that wait count, too: more than all cores cannot be busy.
      loadAverage: () => (process.platform === "win32" ? undefined : Math.min(loadavg()[0] ?? 0, cpus().length)),
      node: { logicalCores: availableParallelism(), totalBytes: totalmem(), freeBytes: freemem, model: cpus()[0]?.model },
    },
  });
}
