import { kinds } from "../parts.ts";

/** What docs/host-protocol-vectors.json holds. */
export interface HostVectors {
  protocolVersion: number;
  good: readonly { name: string; hex: string; message: unknown }[];
  hostile: readonly { name: string; hex: string; refusal: string }[];
}

/** A message as the vectors describe it, with its binary values and the numbers that JSON lacks. */
export function meantBy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(meantBy);
  if ("kind" in value && "values" in value) return kinds[value.kind as keyof typeof kinds].from(value.values as number[]);
  if ("kind" in value && "value" in value) return Number(value.value);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, meantBy(one)]));
}
