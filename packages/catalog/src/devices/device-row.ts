import type { Device } from "../device.ts";
import { chipFigures } from "./chip-figures.ts";

/** A line of the tables of Apple's devices. */
export interface DeviceRow {
  name: string;
  identifiers: readonly string[];
  chip: string;
  performance?: number;
  efficiency?: number;
  /** Who says how many cores there are; without it they are not given. */
  coresSource?: string;
  /** Of memory, counted in GiB. */
  gigabytes?: number;
  /** Default "17", the oldest that the tables are about. */
  minimumVersion?: string;
  /** The last version that runs; absent while new ones still do. */
  maximumVersion?: string;
}

const memorySource = "collected from teardowns and system tools; Apple does not publish the memory of iPhones and of older iPads";

/** Planning values of what one application may use on an iPhone, by its memory, in GB without and with the increased-memory entitlement. */
const budgets: Readonly<Record<number, { usual: number; increased: number; source: string }>> = {
  4: { usual: 2.0, increased: 2.3, source: "planned below 2.1 and 2.4 GB, as reported for OLMoE.swift" },
  6: { usual: 3.0, increased: 4.0, source: "planned below 3.12 and 4.20 GB, as measured for PocketPal" },
  8: { usual: 3.0, increased: 5.0, source: "planned by 3 and 6 GB as reported for RTAB-Map, and a crash with 4.8 GB of wired memory" },
  12: { usual: 3.2, increased: 6.0, source: "planned below 3.3 and 6 to 8 GB: reports that nobody has verified" },
};

export function applicationMemory(gigabytes: number | undefined): Device["applicationMemoryBytes"] {
  const budget = gigabytes === undefined ? undefined : budgets[gigabytes];
  if (!budget) return undefined;
  const { usual, increased, source } = budget;
  return { usual: { value: usual * 1e9, source }, increased: { value: increased * 1e9, source } };
}

interface DeviceSort {
  kind: "phone" | "tablet";
  os: "ios" | "ipados";
  applicationMemoryBytes?: Device["applicationMemoryBytes"];
}

export function deviceOf(row: DeviceRow, { kind, os, applicationMemoryBytes }: DeviceSort): Device {
  const { name, identifiers, chip, gigabytes, minimumVersion = "17", maximumVersion } = row;
  return {
    id: idOf(name),
    name,
    kind,
    identifiers: [...identifiers],
    chip,
    ...coresOf(row),
    ...(gigabytes === undefined ? {} : { memoryBytes: { value: gigabytes * 1024 ** 3, source: memorySource } }),
    ...(applicationMemoryBytes ? { applicationMemoryBytes } : {}),
    ...figuresOf(chip),
    os: { name: os, minimumVersion, ...(maximumVersion === undefined ? {} : { maximumVersion }) },
  };
}

export function coresOf({ performance, efficiency, coresSource }: Pick<DeviceRow, "performance" | "efficiency" | "coresSource">): Pick<Device, "cores"> {
  if (performance === undefined || efficiency === undefined || coresSource === undefined) return {};
  return { cores: { value: { performance, efficiency }, source: coresSource } };
}

/** What its chip says of a device. */
export function figuresOf(chip: string): Pick<Device, "memoryBytesPerSecond" | "neuralEngineCores"> {
  const { gigabytesPerSecond, neuralEngineCores } = chipFigures[chip] ?? {};
  return {
    ...(gigabytesPerSecond ? { memoryBytesPerSecond: { value: gigabytesPerSecond.value * 1e9, source: gigabytesPerSecond.source } } : {}),
    ...(neuralEngineCores ? { neuralEngineCores } : {}),
  };
}

/** "iPad Pro 12.9-inch (5th generation)" is "ipad-pro-12.9-inch-5th-generation". */
export function idOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-")
    .replace(/^-|-$/g, "");
}
