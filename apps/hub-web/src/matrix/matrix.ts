import type { Device } from "@tenfold/catalog";
import type { Compatibility } from "@tenfold/core/selection";
import { cellOf } from "./matrix-cell.ts";
import type { MatrixQuery } from "./matrix-query.ts";
import type { MatrixRow } from "./matrix-rows.ts";

export interface MatrixPage {
  readonly total: number;
  readonly rows: readonly { readonly row: MatrixRow; readonly cells: readonly Compatibility[] }[];
}

/** Which rows are asked for, in their order. Only `fits` reckons, and it one device. */
export function filterRows(rows: readonly MatrixRow[], devices: readonly Device[], query: Omit<MatrixQuery, "limit" | "skip">): readonly MatrixRow[] {
  const words = query.q?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  const device = query.fits === undefined ? undefined : devices.find(({ id }) => id === query.fits);
  return rows.filter(
    (row) =>
      (query.model === undefined || row.model.id === query.model) &&
      (query.format === undefined || row.variant.format === query.format) &&
      (query.framework === undefined || row.profile?.framework === query.framework) &&
      (query.capability === undefined || row.model.capabilities.includes(query.capability)) &&
      words.every((word) => row.searchText.includes(word)) &&
      (device === undefined || ["runs", "tight"].includes(cellOf(row, device, query).verdict)),
  );
}

/** One page of the matrix: as many cells as are shown are worked out, and what rows take is kept. */
export function matrixPage(
  rows: readonly MatrixRow[],
  columns: readonly Device[],
  { limit, skip, ...question }: Pick<MatrixQuery, "limit" | "skip" | "context" | "entitlement">,
): MatrixPage {
  return { total: rows.length, rows: rows.slice(skip, skip + limit).map((row) => ({ row, cells: columns.map((device) => cellOf(row, device, question)) })) };
}
