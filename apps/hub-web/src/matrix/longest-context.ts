import type { Device } from "@tenfold/catalog";
import { cellContext, cellOf } from "./matrix-cell.ts";
import { contextStops } from "./matrix-query.ts";
import type { MatrixRow } from "./matrix-rows.ts";

/** The longest of the slider's contexts with which a variant still runs on a device; undefined when it does with none. */
export function longestContext(row: MatrixRow, device: Device, entitlement: boolean): number | undefined {
  const found = [...contextStops].reverse().find((context) => ["runs", "tight"].includes(cellOf(row, device, { context, entitlement }).verdict));
  return found === undefined ? undefined : cellContext(row, found);
}
