import type { DeviceState, ThermalState } from "../../platform/hardware.ts";
import type { SystemReader } from "./system-reader.ts";

export interface PowerSupply {
  /** "Mains", "USB", "Battery". */
  type: string;
  /** "Device" for a mouse's or a headset's battery. */
  scope?: string;
  online?: boolean;
  /** "Charging", "Discharging", "Full", "Not charging". */
  status?: string;
  /** Percent. */
  capacity?: number;
}

export function powerState(supplies: readonly PowerSupply[]): Pick<DeviceState, "batteryLevel" | "charging"> {
  const batteries = supplies.filter(({ type, scope }) => type === "Battery" && scope !== "Device");
  if (batteries.length === 0) return {};
  const levels = batteries.flatMap(({ capacity }) => (capacity === undefined ? [] : [capacity]));
  const plugged = supplies.some(({ type, online }) => type !== "Battery" && online === true);
  const discharging = batteries.some(({ status }) => status === "Discharging");
  const taking = batteries.some(({ status }) => status === "Charging" || status === "Full");
  return {
    ...(levels.length > 0 ? { batteryLevel: levels.reduce((sum, level) => sum + level, 0) / levels.length / 100 } : {}),
    charging: !discharging && (plugged || taking),
  };
}

export async function readPowerSupplies(reader: SystemReader): Promise<PowerSupply[]> {
  const folder = "/sys/class/power_supply";
  const supplies: PowerSupply[] = [];
  for (const name of await reader.list(folder)) {
    const read = async (file: string) => (await reader.readText(`${folder}/${name}/${file}`))?.trim();
    const [type, scope, online, status, capacity] = await Promise.all(["type", "scope", "online", "status", "capacity"].map(read));
    if (type === undefined) continue;
    supplies.push({
      type,
      ...(scope ? { scope } : {}),
      ...(online ? { online: online !== "0" } : {}),
      ...(status ? { status } : {}),
      ...(capacity && /^\d+$/.test(capacity) ? { capacity: Number(capacity) } : {}),
    });
  }
  return supplies;
}

export interface ThermalZone {
  type: string;
  celsius: number;
  /** Where the system slows down, and where it switches off. */
  trips: readonly { type: string; celsius: number }[];
}

/** Distances in °C below a trip point at which a zone counts as warm or hot. */
const warmBelow = { passive: 10, critical: 25 };
const hotBelowCritical = 15;
const lastBelowCritical = 5;
/** A trip at or below this is switched off. */
const leastTrip = 30;

/** The worst of the zones that belong to processor, chip or case. Undefined where none says where it gets too hot. */
export function thermalState(zones: readonly ThermalZone[]): ThermalState | undefined {
  const order: readonly ThermalState[] = ["nominal", "fair", "serious", "critical"];
  const found = zones.filter(({ type }) => /cpu|x86_pkg|soc|acpitz|skin|tz/i.test(type)).flatMap((zone) => zoneState(zone) ?? []);
  return found.sort((one, other) => order.indexOf(other) - order.indexOf(one))[0];
}

function zoneState({ celsius, trips }: ThermalZone): ThermalState | undefined {
  const at = (kinds: readonly string[]) => {
    const degrees = trips.filter((trip) => kinds.includes(trip.type) && trip.celsius > leastTrip).map((trip) => trip.celsius);
    return degrees.length > 0 ? Math.min(...degrees) : undefined;
  };
  const [passive, critical] = [at(["passive"]), at(["critical", "hot"])];
  if (passive === undefined && critical === undefined) return undefined;
  if (critical !== undefined && celsius >= critical - lastBelowCritical) return "critical";
  if (passive !== undefined ? celsius >= passive : celsius >= (critical ?? 0) - hotBelowCritical) return "serious";
  if (passive !== undefined ? celsius >= passive - warmBelow.passive : celsius >= (critical ?? 0) - warmBelow.critical) return "fair";
  return "nominal";
}

export async function readThermalZones(reader: SystemReader): Promise<ThermalZone[]> {
  const folder = "/sys/class/thermal";
  const zones: ThermalZone[] = [];
  for (const name of (await reader.list(folder)).filter((one) => one.startsWith("thermal_zone"))) {
    const read = async (file: string) => (await reader.readText(`${folder}/${name}/${file}`))?.trim();
    const [type, temperature] = [await read("type"), await read("temp")];
    if (type === undefined || temperature === undefined || !/^-?\d+$/.test(temperature)) continue;
    const trips: { type: string; celsius: number }[] = [];
    for (const file of (await reader.list(`${folder}/${name}`)).filter((one) => /^trip_point_\d+_type$/.test(one))) {
      const kind = await read(file);
      const degrees = await read(file.replace("_type", "_temp"));
      if (kind !== undefined && degrees !== undefined && /^-?\d+$/.test(degrees)) trips.push({ type: kind, celsius: Number(degrees) / 1000 });
    }
    zones.push({ type, celsius: Number(temperature) / 1000, trips });
  }
  return zones;
}
