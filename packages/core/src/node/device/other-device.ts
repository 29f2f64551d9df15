import type { SystemDevice, SystemSources } from "./device-probe.ts";

/** What Node knows of any system. */
export function otherDevice({ loadAverage, node }: SystemSources): SystemDevice {
  return {
    describe: async () => ({
      ...(node.model ? { chip: node.model } : {}),
      processor: { ...(node.model ? { model: node.model } : {}), logicalCores: node.logicalCores, features: [] },
      memory: { totalBytes: node.totalBytes },
      graphics: [],
    }),
    async state() {
      const busyCores = loadAverage();
      return { availableMemoryBytes: node.freeBytes(), ...(busyCores === undefined ? {} : { busyCores }) };
    },
    pressure: async () => undefined,
    intervalMs: 30_000,
  };
}
