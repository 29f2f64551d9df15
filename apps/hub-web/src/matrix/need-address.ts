import type { z } from "zod";
import type { Address } from "./matrix-address.ts";
import { usualDevices } from "./matrix-query.ts";
import { type Need, needFilters, needSchema } from "./recommend.ts";

/** What the page's address asks for; what is not understood is left out, and without a device one that many have is taken. */
export function readNeedAddress(address: Address): { need: Need; parameters: URLSearchParams } {
  const understood: Record<string, string> = {};
  for (const [name, schema] of Object.entries(needFilters) as [string, z.core.$ZodType][]) {
    const value = address[name];
    const text = Array.isArray(value) ? (name === "capability" ? value.join(",") : value[0]) : value;
    if (text && "safeParse" in schema && (schema as z.ZodType).safeParse(text).success) understood[name] = text;
  }
  understood.device ??= usualDevices[1];
  return { need: needSchema.parse(understood), parameters: new URLSearchParams(understood) };
}
