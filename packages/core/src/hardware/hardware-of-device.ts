import type { Device } from "@tenfold/catalog";
import type { Hardware } from "../platform/hardware.ts";

/**
 * What a catalog's device table says of a device, as hardware: for a hub, which asks about devices that are not here.
 * @param increasedMemory the application has iOS's increased-memory entitlement.
 */
export function hardwareOfDevice(device: Device, { increasedMemory = false } = {}): Hardware {
  const { applicationMemoryBytes, cores, memoryBytes } = device;
  const limit = (increasedMemory ? applicationMemoryBytes?.increased : undefined) ?? applicationMemoryBytes?.usual;
  const [identifier] = device.identifiers ?? [];
  return {
    ...(identifier ? { identifier } : {}),
    ...(device.chip ? { chip: device.chip } : {}),
    processor: {
      logicalCores: cores ? cores.value.performance + cores.value.efficiency : 1,
      ...(cores ? { performanceCores: cores.value.performance, efficiencyCores: cores.value.efficiency } : {}),
      features: [],
    },
    memory: { ...(memoryBytes ? { totalBytes: memoryBytes.value } : {}), ...(limit ? { limitBytes: limit.value } : {}) },
    graphics: [],
    portable: device.kind === "phone" || device.kind === "tablet",
  };
}
