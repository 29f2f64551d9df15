import type { DeviceState, Hardware } from "../platform/hardware.ts";

export interface MemoryBudget {
  bytes: number;
  /** Where the figure comes from, in words. */
  how: string;
}

/** Left to the system and other programs where nothing else is known of a device but its memory. */
const shareForModels = 0.6;
const systemBytes = 1.2e9;

/**
 * The most that a model may take here: the least of what the user allows, what the system allows, and what is free now. Without any of
 * these, the smaller of 0.6 of the memory and the memory less 1.2 GB (a rule of thumb for phones).
 * @returns undefined when nothing is known.
 */
export function memoryBudget(hardware: Hardware, state: DeviceState = {}, memoryLimitBytes?: number): MemoryBudget | undefined {
  const { limitBytes, totalBytes } = hardware.memory;
  const known: MemoryBudget[] = [];
  if (memoryLimitBytes !== undefined) known.push({ bytes: memoryLimitBytes, how: "the limit that was set" });
  if (limitBytes !== undefined) known.push({ bytes: limitBytes, how: "what the system allows one application" });
  if (state.availableMemoryBytes !== undefined) known.push({ bytes: state.availableMemoryBytes, how: "what is free now" });
  else if (limitBytes === undefined && totalBytes !== undefined) {
    known.push({ bytes: Math.max(0, Math.min(totalBytes * shareForModels, totalBytes - systemBytes)), how: "a share of the device's memory" });
  }
  return known.sort((one, other) => one.bytes - other.bytes)[0];
}
