import { describe, expect, it, test } from "vitest";
import { container, laptop, macbook, recordedSystem, virtualMachine, windowsReport } from "../../../test/recorded-systems.ts";
import type { DeviceEvent } from "../../platform/hardware.ts";
import { createDeviceProbe, type SystemSources } from "./device-probe.ts";
import { nodeDevice } from "./node-device.ts";
import type { SystemReader } from "./system-reader.ts";

function probeOf(os: string, reader: SystemReader, change: Partial<SystemSources> = {}) {
  const looks: (() => void)[] = [];
  const sources: SystemSources = {
    reader,
    nowMs: () => 0,
    version: "6.1",
    ownSeconds: () => 0,
    loadAverage: () => 1.5,
    node: { logicalCores: 8, totalBytes: 16e9, freeBytes: () => 4e9, model: "Some processor" },
    ...change,
  };
  const every = (_intervalMs: number, call: () => void) => {
    looks.push(call);
    return () => void looks.pop();
  };
  return { probe: createDeviceProbe({ os, sources, every }), looks };
}

describe("Linux", () => {
  it("describes the virtual machine that it was recorded on", async () => {
    const { probe } = probeOf("linux", recordedSystem(virtualMachine));
    expect(await probe.describe()).toEqual({
      osVersion: "6.1",
      chip: "AMD EPYC",
      processor: { model: "AMD EPYC", logicalCores: 2, performanceCores: 2, features: ["avx", "avx2", "fma", "f16c", "avx512", "avx512-vnni", "avx512-bf16"] },
      memory: { totalBytes: 24_684_084 * 1024 },
      graphics: [],
      portable: false,
    });
    expect(await probe.state()).toEqual({ availableMemoryBytes: 19_387_168 * 1024, busyCores: 1.5 });
  });

  it("sees a container's limits: memory that it may still take, whole cores, its own pressure", async () => {
    const { probe } = probeOf("linux", recordedSystem(container));
    expect(await probe.describe()).toMatchObject({ processor: { logicalCores: 1 }, memory: { totalBytes: 65_536_000 * 1024, limitBytes: 2 * 1024 ** 3 } });
    // Of the 1 GiB in use 256 MiB are pages that the system can drop.
    expect((await probe.state()).availableMemoryBytes).toBe((2048 - 1024 + 256) * 1024 ** 2);
  });

  it("sees limits of control groups of version 1, in the group's own folder or in the root", async () => {
    const limits = { "memory.limit_in_bytes": "1073741824\n", "memory.usage_in_bytes": "805306368\n", "memory.stat": "total_inactive_file 268435456\n" };
    for (const folder of ["/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/process_api/b19341b3"]) {
      const group = Object.fromEntries(Object.entries(limits).map(([name, text]) => [`${folder}/${name}`, text]));
      const { probe } = probeOf("linux", recordedSystem({ ...virtualMachine, ...group, "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n" }));
      expect(await probe.describe()).toMatchObject({ processor: { logicalCores: 1 }, memory: { limitBytes: 1024 ** 3 } });
      expect((await probe.state()).availableMemoryBytes).toBe(512 * 1024 ** 2);
    }
  });

  it("tells a laptop's cores by kind, its battery, its heat and that it saves power", async () => {
    const { probe } = probeOf("linux", recordedSystem(laptop));
    expect(await probe.describe()).toMatchObject({
      identifier: "Laptop 14",
      processor: { logicalCores: 8, performanceCores: 2, efficiencyCores: 4, features: ["avx", "avx2", "fma", "f16c", "avx-vnni"] },
      portable: true,
    });
    expect(await probe.state()).toMatchObject({ batteryLevel: 0.17, charging: false, thermal: "fair", lowPower: true });
  });

  it("counts what others do between two looks, without this process's own work", async () => {
    const files = { ...virtualMachine, "/proc/stat": "cpu  1000 0 0 0 0 0 0 0 0 0\n" };
    let [nowMs, ownSeconds] = [0, 5];
    const { probe } = probeOf("linux", recordedSystem(files), { nowMs: () => nowMs, ownSeconds: () => ownSeconds });
    expect((await probe.state()).busyCores).toBe(1.5);
    // In ten seconds all cores worked for 16, this process for 10 of them.
    [nowMs, ownSeconds] = [10_000, 15];
    files["/proc/stat"] = "cpu  2000 100 500 9000 0 0 0 0 0 0\n";
    expect((await probe.state()).busyCores).toBeCloseTo(0.6);
  });
});

test("a Mac's chip, cores, free memory, battery and saving", async () => {
  const { probe } = probeOf("darwin", recordedSystem({}, macbook));
  expect(await probe.describe()).toEqual({
    osVersion: "6.1",
    identifier: "Mac15,6",
    chip: "Apple M3 Pro",
    processor: { model: "Apple M3 Pro", logicalCores: 12, performanceCores: 6, efficiencyCores: 6, features: ["neon", "fp16", "dotprod", "i8mm", "bf16"] },
    memory: { totalBytes: 36 * 1024 ** 3 },
    graphics: [{ accelerator: "metal", name: "Apple M3 Pro" }],
    portable: true,
  });
  expect(await probe.state()).toEqual({
    availableMemoryBytes: 315_000 * 16_384,
    busyCores: 1.5,
    thermal: "nominal",
    batteryLevel: 0.64,
    charging: false,
    lowPower: true,
  });
});

test("Windows's processor, memory, load and battery, from one query", async () => {
  const reader: SystemReader = { ...recordedSystem({}), run: async (program) => (program === "powershell.exe" ? windowsReport : undefined) };
  const { probe } = probeOf("win32", reader);
  expect(await probe.describe()).toMatchObject({
    identifier: "XPS 13 9310",
    processor: { model: "11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", logicalCores: 8, performanceCores: 4 },
    memory: { totalBytes: 16_484_084 * 1024 },
    portable: true,
  });
  expect(await probe.state()).toEqual({ availableMemoryBytes: 8_000_000 * 1024, busyCores: 2, batteryLevel: 0.81, charging: true });
});

test.each(["linux", "darwin", "win32", "freebsd"])("a system that tells nothing leaves things out, and never fails (%s)", async (os) => {
  const nonsense = Object.fromEntries(Object.keys(laptop).map((path) => [path, "\u0000 nonsense: : ,-,\n"]));
  for (const reader of [recordedSystem({}), { ...recordedSystem(nonsense), run: async () => "\u0000 nonsense" }]) {
    const { probe } = probeOf(os, reader);
    const { processor } = await probe.describe();
    expect(processor.logicalCores).toBeGreaterThanOrEqual(1);
    expect(processor.features).toEqual([]);
    for (const value of Object.values(await probe.state())) expect(value).not.toBeNaN();
  }
});

describe("an observer", () => {
  async function eventsOf(os: string, reader: SystemReader, between: () => void = () => {}): Promise<DeviceEvent[]> {
    const { probe, looks } = probeOf(os, reader);
    const events: DeviceEvent[] = [];
    const stop = probe.observe?.((event) => events.push(event));
    for (const change of [() => {}, between]) {
      change();
      looks[0]?.();
      await new Promise((resolve) => setTimeout(resolve));
      await new Promise((resolve) => setTimeout(resolve));
    }
    stop?.();
    expect(looks).toEqual([]);
    return events;
  }

  it.each([
    ["linux", recordedSystem(container), "warning"],
    ["linux", recordedSystem(laptop), "critical"],
    ["darwin", recordedSystem({}, macbook), "warning"],
    ["darwin", recordedSystem({}, { ...macbook, "/usr/sbin/sysctl -n kern.memorystatus_vm_pressure_level": "4\n" }), "critical"],
  ] as const)("hears of memory pressure as long as it lasts (%s, %#)", async (os, reader, level) => {
    expect(await eventsOf(os, reader)).toEqual([
      { type: "memory-pressure", level },
      { type: "memory-pressure", level },
    ]);
  });

  it("hears that the device was plugged in, and nothing while nothing changes", async () => {
    const files: Record<string, string> = { ...laptop, "/proc/pressure/memory": virtualMachine["/proc/pressure/memory"] ?? "" };
    expect(await eventsOf("linux", recordedSystem(files))).toEqual([]);
    const events = await eventsOf("linux", recordedSystem(files), () => {
      files["/sys/class/power_supply/AC/online"] = "1\n";
      files["/sys/class/power_supply/BAT0/status"] = "Charging\n";
    });
    expect(events).toEqual([{ type: "state", state: expect.objectContaining({ charging: true }) }]);
  });
});

test("this machine can be described", async () => {
  const device = nodeDevice();
  const hardware = await device.describe();
  expect(hardware.processor.logicalCores).toBeGreaterThanOrEqual(1);
  expect(hardware.memory.totalBytes).toBeGreaterThan(100e6);
  const { availableMemoryBytes, busyCores } = await device.state();
  expect(availableMemoryBytes).toBeLessThanOrEqual(hardware.memory.totalBytes ?? 0);
  expect(busyCores ?? 0).toBeGreaterThanOrEqual(0);
  device.observe?.(() => {})();
});
