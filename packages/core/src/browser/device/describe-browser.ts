/// <reference lib="dom" />
import type { DeviceState, GraphicsProcessor, Hardware } from "../../platform/hardware.ts";
import { hasWasmSimd } from "./has-wasm-simd.ts";

/** Of WebGPU, what is read here: no types of it come with TypeScript's DOM. */
interface GpuAdapter {
  info?: { vendor?: string; architecture?: string; description?: string };
  limits: { maxBufferSize?: number };
  features: Iterable<string>;
}

interface BatteryManager {
  level: number;
  charging: boolean;
}

/** The parts of `navigator` that only some browsers have. */
interface DeviceNavigator {
  hardwareConcurrency?: number;
  deviceMemory?: number;
  gpu?: { requestAdapter(): Promise<GpuAdapter | null> };
  getBattery?(): Promise<BatteryManager>;
  storage?: { estimate?(): Promise<{ quota?: number; usage?: number }> };
}

/** All that 32-bit WebAssembly can address: 65,536 pages of 64 KiB. */
const wasmMemoryBytes = 65_536 * 65_536;

/** What a page or a worker can know of its device. Browsers round and hide much of it. */
export async function describeBrowser(): Promise<Hardware> {
  const device = navigator as DeviceNavigator;
  const [graphics, quota, battery] = await Promise.all([describeGpu(device), storageQuota(device), readBattery(device)]);
  const isolated = globalThis.crossOriginIsolated === true;
  return {
    processor: {
      // Without isolation there is no shared memory, and WebAssembly has the one thread.
      logicalCores: isolated ? Math.max(1, device.hardwareConcurrency ?? 1) : 1,
      features: [...(hasWasmSimd() ? ["wasm-simd"] : []), ...(isolated ? ["wasm-threads"] : [])],
    },
    // Rounded down to a power of two, and never more than 8 GiB, against fingerprinting: no measure of all memory, but the least there is.
    memory: { ...(device.deviceMemory ? { totalBytes: device.deviceMemory * 1024 ** 3 } : {}), limitBytes: wasmMemoryBytes },
    graphics,
    ...(quota === undefined ? {} : { storageQuotaBytes: quota }),
    // Desktops without a battery say that they are charging and full.
    ...(battery ? { portable: !(battery.charging && battery.level === 1) } : {}),
  };
}

export async function browserState(): Promise<DeviceState> {
  const battery = await readBattery(navigator as DeviceNavigator);
  return battery ? { batteryLevel: battery.level, charging: battery.charging } : {};
}

async function describeGpu({ gpu }: DeviceNavigator): Promise<GraphicsProcessor[]> {
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return [];
  const { vendor, architecture, description } = adapter.info ?? {};
  const name = description || [vendor, architecture].filter(Boolean).join(" ");
  const { maxBufferSize } = adapter.limits;
  return [
    {
      accelerator: "webgpu",
      ...(name ? { name } : {}),
      ...(maxBufferSize ? { maxBufferBytes: maxBufferSize } : {}),
      features: [...adapter.features],
    },
  ];
}

async function storageQuota({ storage }: DeviceNavigator): Promise<number | undefined> {
  return (await storage?.estimate?.().catch(() => undefined))?.quota;
}

async function readBattery(device: DeviceNavigator): Promise<BatteryManager | undefined> {
  return device.getBattery?.().catch(() => undefined);
}
