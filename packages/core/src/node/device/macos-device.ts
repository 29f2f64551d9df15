import type { DeviceState, Hardware, ThermalState } from "../../platform/hardware.ts";
import type { SystemDevice, SystemSources } from "./device-probe.ts";
import { parseFields } from "./parse-linux.ts";
import { featuresOfMacos } from "./processor-features.ts";

/** What macOS tells through sysctl, vm_stat and pmset. */
export function macosDevice({ reader, loadAverage, node }: SystemSources): SystemDevice {
  return {
    async describe() {
      const [values, battery] = await Promise.all([reader.run("/usr/sbin/sysctl", ["hw", "machdep.cpu"]), reader.run("/usr/bin/pmset", ["-g", "batt"])]);
      return describeMac(parseFields(values ?? ""), battery ?? "", node);
    },
    async state() {
      const [memory, battery, therm, settings] = await Promise.all([
        reader.run("/usr/bin/vm_stat", []),
        ...["batt", "therm", "live"].map((topic) => reader.run("/usr/bin/pmset", ["-g", topic])),
      ]);
      const availableMemoryBytes = parseVmStat(memory ?? "");
      const busyCores = loadAverage();
      const thermal = parseTherm(therm ?? "");
      const lowPower = /^\s*lowpowermode\s+(\d)/m.exec(settings ?? "")?.[1];
      return {
        ...(availableMemoryBytes === undefined ? {} : { availableMemoryBytes }),
        ...(busyCores === undefined ? {} : { busyCores }),
        ...(thermal ? { thermal } : {}),
        ...parseBattery(battery ?? ""),
        ...(lowPower === undefined ? {} : { lowPower: lowPower === "1" }),
      };
    },
    async pressure() {
      // 1 normal, 2 warning, 4 critical: what memory_pressure(1) and dispatch sources report.
      const level = (await reader.run("/usr/sbin/sysctl", ["-n", "kern.memorystatus_vm_pressure_level"]))?.trim();
      return level === "4" ? "critical" : level === "2" ? "warning" : level === "1" ? "none" : undefined;
    },
    intervalMs: 30_000,
  };
}

/** @param values of `sysctl hw machdep.cpu`. */
function describeMac(values: ReadonlyMap<string, string>, battery: string, node: Pick<SystemSources["node"], "logicalCores">): Hardware {
  const number = (key: string) => {
    const value = Number(values.get(key));
    return Number.isInteger(value) && value > 0 ? value : undefined;
  };
  const model = values.get("machdep.cpu.brand_string");
  const identifier = values.get("hw.model");
  // Level 0 are the performance cores; Intel's Macs have no levels, and their cores are all alike.
  const performanceCores = number("hw.perflevel0.physicalcpu") ?? number("hw.physicalcpu");
  const efficiencyCores = number("hw.perflevel1.physicalcpu");
  const totalBytes = number("hw.memsize");
  const appleSilicon = values.get("hw.optional.arm64") === "1";
  return {
    ...(identifier ? { identifier } : {}),
    ...(model ? { chip: model } : {}),
    processor: {
      ...(model ? { model } : {}),
      logicalCores: number("hw.logicalcpu") ?? node.logicalCores,
      ...(performanceCores ? { performanceCores } : {}),
      ...(efficiencyCores ? { efficiencyCores } : {}),
      features: featuresOfMacos(values),
    },
    memory: totalBytes ? { totalBytes } : {},
    // Every chip of Apple's has a GPU that shares the memory.
    graphics: appleSilicon ? [{ accelerator: "metal", ...(model ? { name: model } : {}) }] : [],
    portable: battery.includes("InternalBattery"),
  };
}

/** Bytes that are free, or hold only what can be read again. */
function parseVmStat(text: string): number | undefined {
  const pageBytes = Number(/page size of (\d+) bytes/.exec(text)?.[1]);
  if (!(pageBytes > 0)) return undefined;
  const pages = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)\\.`, "m").exec(text)?.[1] ?? 0);
  return (pages("Pages free") + pages("Pages inactive") + pages("Pages speculative") + pages("Pages purgeable")) * pageBytes;
}

function parseBattery(text: string): Pick<DeviceState, "batteryLevel" | "charging"> {
  const level = /InternalBattery[^\n]*?(\d{1,3})%;/.exec(text)?.[1];
  if (level === undefined) return {};
  return { batteryLevel: Number(level) / 100, charging: text.includes("'AC Power'") };
}

/** `pmset -g therm`: nothing recorded is nominal; else the share of its speed that the processor may use tells. */
function parseTherm(text: string): ThermalState | undefined {
  const limit = /CPU_Speed_Limit\s*=\s*(\d+)/.exec(text)?.[1];
  const level = /thermal warning level\D*?(\d+)/i.exec(text)?.[1];
  if (limit !== undefined && Number(limit) < 50) return "critical";
  if (limit !== undefined && Number(limit) < 100) return "serious";
  if (level !== undefined && Number(level) > 0) return "serious";
  return limit !== undefined || /No thermal warning level has been recorded/i.test(text) ? "nominal" : undefined;
}
