import type { DeviceState, Hardware } from "@tenfold/core";
import { formatSize } from "./format-size.ts";

/** One line: processor, cores and what is busy, memory and what is free, what else decides how models run. */
export function describeHardware({ processor, memory, graphics }: Hardware, state: DeviceState = {}): string {
  const { performanceCores, efficiencyCores, logicalCores, features } = processor;
  const kinds = efficiencyCores ? ` (${performanceCores} fast, ${efficiencyCores} efficient)` : "";
  const cores = `${logicalCores} ${logicalCores === 1 ? "core" : "cores"}${kinds}`;
  const { totalBytes, limitBytes } = memory;
  const parts = [
    processor.model ?? "a processor without a name",
    state.busyCores === undefined ? cores : `${cores}, ${state.busyCores.toFixed(1)} busy with other work`,
    ...(totalBytes === undefined ? [] : [`${formatSize(totalBytes)} of memory`]),
    ...(limitBytes === undefined ? [] : [`of which ${formatSize(limitBytes)} may be used`]),
    ...(state.availableMemoryBytes === undefined ? [] : [`${formatSize(state.availableMemoryBytes)} free`]),
    ...graphics.map(({ name, accelerator }) => name ?? accelerator),
    ...(features.length > 0 ? [features.join(" ")] : []),
    ...(state.thermal && state.thermal !== "nominal" ? [`heat: ${state.thermal}`] : []),
    ...(state.batteryLevel === undefined ? [] : [`battery at ${Math.round(state.batteryLevel * 100)} %${state.charging ? ", charging" : ""}`]),
    ...(state.lowPower ? ["saving power"] : []),
  ];
  return parts.join(", ");
}
