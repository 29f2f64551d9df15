import type { Accelerator } from "@tenfold/catalog";
import type { DeviceState, Hardware } from "../platform/hardware.ts";
import { lowBattery, type PowerMode } from "../power/power-plan.ts";
import { memoryBudget } from "./memory-budget.ts";

export interface ConfigurationRequest {
  hardware: Hardware;
  state?: DeviceState;
  /** What the framework can use here, the best first. */
  accelerators: readonly Accelerator[];
  /** Absent: as heat, battery and the user's system settings suggest. */
  powerMode?: PowerMode;
  memoryLimitBytes?: number;
}

export interface Configuration {
  accelerator: Accelerator;
  threads: number;
  powerMode: PowerMode;
  /** Absent when nothing is known of the memory. */
  memoryLimitBytes?: number;
  /** Why, in words, one for each choice. */
  reasons: readonly string[];
}

/**
 * How to load a model here. Threads follow what is idle, not what exists: frameworks' threads wait for one another at every operation, and
 * one without a core of its own slows all of them down.
 */
export function recommendedConfiguration({ hardware, state = {}, accelerators, powerMode, memoryLimitBytes }: ConfigurationRequest): Configuration {
  const power = powerMode ? { mode: powerMode, why: "as asked" } : powerModeOf(hardware, state);
  const threads = threadsFor(hardware, state, power.mode);
  const accelerator = accelerators[0] ?? "cpu";
  const budget = memoryBudget(hardware, state, memoryLimitBytes);
  return {
    accelerator,
    threads: threads.threads,
    powerMode: power.mode,
    ...(budget ? { memoryLimitBytes: budget.bytes } : {}),
    reasons: [
      accelerators.length > 0 ? `${accelerator}: the first that the framework offers here.` : "cpu: the framework names no accelerator.",
      `${threads.threads} ${threads.threads === 1 ? "thread" : "threads"}: ${threads.why}.`,
      `${power.mode}: ${power.why}.`,
      ...(budget ? [`${Math.round(budget.bytes / 1e6)} MB: ${budget.how}.`] : []),
    ],
  };
}

function powerModeOf({ portable }: Hardware, { thermal, lowPower, batteryLevel, charging }: DeviceState): { mode: PowerMode; why: string } {
  if (thermal === "serious" || thermal === "critical") return { mode: "saver", why: "the device is hot" };
  if (lowPower) return { mode: "saver", why: "the system saves power" };
  if (charging !== true && batteryLevel !== undefined && batteryLevel < lowBattery) return { mode: "saver", why: "the battery is low" };
  if (thermal === "fair") return { mode: "balanced", why: "the device is getting warm" };
  if (portable && charging !== true) return { mode: "balanced", why: "the device runs from its battery" };
  return { mode: "performance", why: "the device is cool and has power" };
}

function threadsFor({ processor }: Hardware, { busyCores }: DeviceState, mode: PowerMode): { threads: number; why: string } {
  const { logicalCores, performanceCores } = processor;
  const useful = Math.max(1, Math.min(performanceCores ?? logicalCores, logicalCores));
  // What others do is measured against all cores; it is taken to lie on the useful ones. Nobody knows: one is left to them.
  const idle = busyCores === undefined ? useful - 1 : Math.floor(useful - busyCores);
  const share = mode === "performance" ? idle : mode === "balanced" ? Math.min(idle, useful - 1) : Math.min(idle, Math.floor(useful / 2));
  const threads = Math.max(1, share);
  const cores = `${useful} useful ${useful === 1 ? "core" : "cores"}`;
  const busy = busyCores === undefined ? "nothing is known of what others do" : `${busyCores.toFixed(1)} are busy`;
  return { threads, why: `${cores}, ${busy}${mode === "saver" ? ", half of them at most to save power" : ""}` };
}
