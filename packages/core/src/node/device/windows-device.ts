import * as z from "zod/mini";
import type { DeviceState, Hardware } from "../../platform/hardware.ts";
import type { SystemDevice, SystemSources } from "./device-probe.ts";

const count = z.optional(z.nullable(z.number().check(z.nonnegative())));

/** What {@link query} prints. Sizes of Win32_OperatingSystem are in KiB. */
const reportSchema = z.object({
  model: z.optional(z.nullable(z.string())),
  processor: z.optional(z.nullable(z.string())),
  cores: count,
  threads: count,
  loadPercent: count,
  totalKib: count,
  freeKib: count,
  battery: count,
  batteryStatus: count,
});
type Report = z.infer<typeof reportSchema>;

const query = [
  "$c = Get-CimInstance Win32_ComputerSystem; $o = Get-CimInstance Win32_OperatingSystem",
  "$p = @(Get-CimInstance Win32_Processor); $b = @(Get-CimInstance Win32_Battery)[0]",
  "[pscustomobject]@{ model = $c.Model; processor = $p[0].Name",
  "cores = ($p | Measure-Object NumberOfCores -Sum).Sum; threads = ($p | Measure-Object NumberOfLogicalProcessors -Sum).Sum",
  "loadPercent = ($p | Measure-Object LoadPercentage -Average).Average; totalKib = $o.TotalVisibleMemorySize; freeKib = $o.FreePhysicalMemory",
  "battery = $b.EstimatedChargeRemaining; batteryStatus = $b.BatteryStatus } | ConvertTo-Json -Compress",
].join("; ");

/** Win32_Battery.BatteryStatus: 1 is "discharging"; 4 and 5 are "low" and "critical" while it does. */
const discharging = new Set([1, 4, 5]);

/** What Windows tells in one PowerShell query: about a second, so it is asked rarely. Instruction sets and heat are not in it. */
export function windowsDevice({ reader, node }: SystemSources): SystemDevice {
  const ask = async () => parseWindowsReport((await reader.run("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", query])) ?? "");
  return {
    describe: async () => describeWindows(await ask(), node),
    state: async () => windowsState(await ask(), node.freeBytes()),
    pressure: async () => undefined,
    intervalMs: 60_000,
  };
}

/** Nothing, when it is not what the query prints. */
function parseWindowsReport(text: string): Report {
  try {
    const read = z.safeParse(reportSchema, JSON.parse(text));
    return read.success ? read.data : {};
  } catch {
    return {};
  }
}

function describeWindows(report: Report, node: SystemSources["node"]): Hardware {
  const model = report.processor?.trim() || node.model;
  const identifier = report.model?.trim();
  return {
    ...(identifier ? { identifier } : {}),
    ...(model ? { chip: model } : {}),
    processor: {
      ...(model ? { model } : {}),
      logicalCores: Math.max(1, report.threads ?? node.logicalCores),
      // Of hybrid processors the query does not tell the kinds apart.
      ...(report.cores ? { performanceCores: report.cores } : {}),
      features: [],
    },
    memory: { totalBytes: report.totalKib ? report.totalKib * 1024 : node.totalBytes },
    graphics: [],
    portable: typeof report.battery === "number",
  };
}

function windowsState({ freeKib, loadPercent, threads, battery, batteryStatus }: Report, freeBytes: number): DeviceState {
  return {
    availableMemoryBytes: freeKib ? freeKib * 1024 : freeBytes,
    ...(typeof loadPercent === "number" && threads ? { busyCores: (loadPercent / 100) * threads } : {}),
    ...(typeof battery === "number" ? { batteryLevel: Math.min(1, battery / 100) } : {}),
    ...(typeof batteryStatus === "number" ? { charging: !discharging.has(batteryStatus) } : {}),
  };
}
