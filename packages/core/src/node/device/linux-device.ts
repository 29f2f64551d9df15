import type { DeviceState, Hardware } from "../../platform/hardware.ts";
import { createBusyCores } from "./busy-cores.ts";
import { readControlGroup } from "./control-group.ts";
import type { SystemDevice, SystemSources } from "./device-probe.ts";
import { type CoreDescription, coresByKind, parseBusyTicks, parseCoreList, parseCpuinfo, parseFields, parseMeminfo, parsePressure } from "./parse-linux.ts";
import { powerState, readPowerSupplies, readThermalZones, thermalState } from "./power-and-heat.ts";
import type { SystemReader } from "./system-reader.ts";

/** Clock ticks of /proc/stat in a second: USER_HZ is 100 on every architecture that Node runs on. */
const ticksPerSecond = 100;
/** Shares of ten seconds spent waiting for memory. */
const pressureShare = { warning: 0.1, critical: 0.1 };

/** What Linux tells in /proc and /sys. */
export function linuxDevice({ reader, nowMs, ownSeconds, loadAverage }: SystemSources): SystemDevice {
  const busyCores = createBusyCores();
  return {
    describe: () => describe(reader),
    async state() {
      const [meminfo, group, stat, supplies, zones, profile] = await Promise.all([
        reader.readText("/proc/meminfo"),
        readControlGroup(reader),
        reader.readText("/proc/stat"),
        readPowerSupplies(reader),
        readThermalZones(reader),
        reader.readText("/sys/firmware/acpi/platform_profile"),
      ]);
      const ticks = parseBusyTicks(stat ?? "");
      const busy =
        (ticks === undefined ? undefined : busyCores({ atMs: nowMs(), allSeconds: ticks / ticksPerSecond, ownSeconds: ownSeconds() })) ?? loadAverage();
      const thermal = thermalState(zones);
      const available = leastAvailable(parseMeminfo(meminfo ?? "").availableBytes, group.memoryLimitBytes, group.memoryUsedBytes);
      const state: DeviceState = {
        ...(available === undefined ? {} : { availableMemoryBytes: available }),
        ...(busy === undefined ? {} : { busyCores: busy }),
        ...(thermal ? { thermal } : {}),
        ...powerState(supplies),
        ...(profile === undefined ? {} : { lowPower: profile.trim() === "low-power" }),
      };
      return state;
    },
    async pressure() {
      const { pressurePath } = await readControlGroup(reader);
      const stalled = parsePressure((await reader.readText(pressurePath ?? "/proc/pressure/memory")) ?? "");
      if (!stalled) return undefined;
      return stalled.full > pressureShare.critical ? "critical" : stalled.some > pressureShare.warning ? "warning" : "none";
    },
    intervalMs: 5_000,
  };
}

function leastAvailable(availableBytes: number | undefined, limitBytes: number | undefined, usedBytes = 0): number | undefined {
  if (limitBytes === undefined) return availableBytes;
  return Math.min(availableBytes ?? Number.POSITIVE_INFINITY, Math.max(0, limitBytes - usedBytes));
}

async function describe(reader: SystemReader): Promise<Hardware> {
  const [cpuinfo, meminfo, status, group, supplies, product] = await Promise.all([
    reader.readText("/proc/cpuinfo"),
    reader.readText("/proc/meminfo"),
    reader.readText("/proc/self/status"),
    readControlGroup(reader),
    readPowerSupplies(reader),
    reader.readText("/sys/class/dmi/id/product_name"),
  ]);
  const { model, features } = parseCpuinfo(cpuinfo ?? "");
  const allowed = parseCoreList(parseFields(status ?? "").get("Cpus_allowed_list") ?? "");
  const online = parseCoreList((await reader.readText("/sys/devices/system/cpu/online")) ?? "");
  const usable = allowed.filter((core) => online.length === 0 || online.includes(core));
  const cores = usable.length > 0 ? usable : online;
  const kinds = await readKinds(reader, cores);
  const logicalCores = Math.max(1, Math.min(cores.length || 1, Math.floor(group.cores ?? Number.POSITIVE_INFINITY)));
  const { totalBytes } = parseMeminfo(meminfo ?? "");
  const limitBytes = group.memoryLimitBytes;
  const identifier = product?.trim();
  return {
    ...(identifier ? { identifier } : {}),
    ...(model ? { chip: model } : {}),
    processor: { ...(model ? { model } : {}), logicalCores, ...kinds, features },
    memory: {
      ...(totalBytes === undefined ? {} : { totalBytes }),
      ...(limitBytes !== undefined && limitBytes < (totalBytes ?? Number.POSITIVE_INFINITY) ? { limitBytes } : {}),
    },
    graphics: [],
    portable: supplies.some(({ type, scope }) => type === "Battery" && scope !== "Device"),
  };
}

async function readKinds(reader: SystemReader, cores: readonly number[]): Promise<{ performanceCores?: number; efficiencyCores?: number }> {
  const read = async (core: number, file: string) => (await reader.readText(`/sys/devices/system/cpu/cpu${core}/${file}`))?.trim();
  const efficient = new Set(parseCoreList((await reader.readText("/sys/devices/cpu_atom/cpus")) ?? ""));
  let by: "capacity" | "frequency" = "frequency";
  const described: CoreDescription[] = [];
  for (const core of cores) {
    const siblings = (await read(core, "topology/core_cpus_list")) ?? (await read(core, "topology/thread_siblings_list"));
    if (siblings === undefined) return {};
    const capacity = await read(core, "cpu_capacity");
    if (capacity !== undefined) by = "capacity";
    const strength = Number(capacity ?? (await read(core, "cpufreq/cpuinfo_max_freq")));
    described.push({ core, siblings, ...(strength > 0 ? { strength } : {}) });
  }
  return described.length > 0 ? coresByKind(described, by, efficient) : {};
}
