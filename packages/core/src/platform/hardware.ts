import type { Accelerator } from "@tenfold/catalog";

export interface Processor {
  model?: string;
  /** What the operating system schedules on, this process's share of it where a container limits it. At least 1. */
  logicalCores: number;
  /** Cores by kind, where the device tells. */
  performanceCores?: number;
  efficiencyCores?: number;
  /** Instruction sets that frameworks choose kernels by, as the processor names them: "avx2", "neon", "wasm-simd". */
  features: readonly string[];
}

export interface GraphicsProcessor {
  name?: string;
  accelerator: Accelerator;
  /** Its own memory; absent where it shares the system's. */
  memoryBytes?: number;
  /** Largest single buffer, where the interface names a limit. */
  maxBufferBytes?: number;
  features?: readonly string[];
}

/** What a device is: does not change while a program runs. Absent means unknown, never zero. */
export interface Hardware {
  /** As the maker names it, "iPhone16,1": the key into a table of devices. */
  identifier?: string;
  chip?: string;
  /** Of the operating system, as it calls itself: "17.5", "6.1.0-13-amd64". */
  osVersion?: string;
  processor: Processor;
  memory: {
    /** Physical memory of the device. */
    totalBytes?: number;
    /** The most that this process may use, where something lower than `totalBytes` limits it: a control group, iOS, a browser. */
    limitBytes?: number;
  };
  graphics: readonly GraphicsProcessor[];
  /** Bytes that this application may store. */
  storageQuotaBytes?: number;
  /** Whether the device runs from a battery. */
  portable?: boolean;
}

export type ThermalState = "nominal" | "fair" | "serious" | "critical";

/** How a device is at one moment. */
export interface DeviceState {
  /** Bytes that can still be taken before something is refused, swapped or killed, within `Hardware.memory.limitBytes`. */
  availableMemoryBytes?: number;
  /** Cores' worth of work that others do, averaged over about a minute. */
  busyCores?: number;
  thermal?: ThermalState;
  /** 0 to 1. */
  batteryLevel?: number;
  charging?: boolean;
  /** The user asked the system to save power. */
  lowPower?: boolean;
}

export type DeviceEvent = { type: "memory-pressure"; level: "warning" | "critical" } | { type: "state"; state: DeviceState };

/** The device as a platform sees it. */
export interface DeviceProbe {
  describe(): Promise<Hardware>;
  state(): Promise<DeviceState>;
  /** Processor time that this process has used so far, all its threads together, in seconds. Absent where nobody tells. */
  processorSeconds?(): number;
  /** Calls back when the system says that something changed. Absent where it says nothing: then whoever cares asks. */
  observe?(listener: (event: DeviceEvent) => void): () => void;
}
