import { z } from "zod";
import { type MatrixQuery, matrixQuerySchema } from "./matrix-query.ts";

export const rowsOnPage = 20;
const mostColumns = 12;

export type Address = Readonly<Record<string, string | string[] | undefined>>;

export interface MatrixAddress {
  /** Counted from 1. */
  readonly page: number;
  readonly query: MatrixQuery;
}

/** What the page's address asks for. An address somebody typed or kept from last year is no error: what is not understood is left out. */
export function readMatrixAddress(address: Address): MatrixAddress {
  const { shape } = matrixQuerySchema;
  const understood = Object.fromEntries(
    Object.entries(address).flatMap(([name, value]) => {
      const schema = name === "limit" || name === "skip" ? undefined : (shape as Record<string, z.ZodType>)[name];
      const single = name === "device" || !Array.isArray(value) ? value : value[0];
      const read = single === "" ? undefined : schema?.safeParse(single);
      return read?.success && read.data !== undefined ? [[name, single]] : [];
    }),
  );
  const page = z.coerce.number().int().min(1).max(100_000).catch(1).parse(address.page);
  const query = matrixQuerySchema.parse({ ...understood, limit: rowsOnPage, skip: (page - 1) * rowsOnPage });
  return { page, query: { ...query, ...(query.device && { device: query.device.slice(0, mostColumns) }) } };
}

/** The question as an address has it, without what is as ever. */
export function matrixParameters({ q, model, format, framework, capability, context, device, entitlement, fits }: Partial<MatrixQuery>): URLSearchParams {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries({ q, model, format, framework, capability, fits })) if (value) parts.set(name, value);
  if (context !== undefined && context !== 4096) parts.set("context", String(context));
  if (device && device.length > 0) parts.set("device", device.join(","));
  if (entitlement) parts.set("entitlement", "1");
  return parts;
}

export function matrixAddress(query: Partial<MatrixQuery>, page = 1): string {
  const parts = matrixParameters(query);
  if (page > 1) parts.set("page", String(page));
  return withParameters("/matrix", parts);
}

/** Where a cell explains itself. */
export function cellAddress(cell: {
  model: string;
  variant: string;
  framework: string | undefined;
  device: string;
  context: number;
  entitlement: boolean;
}): string {
  const { context, entitlement, framework, ...named } = cell;
  const parts = new URLSearchParams({ ...named, ...(framework && { framework }) });
  if (context !== 4096) parts.set("context", String(context));
  if (entitlement) parts.set("entitlement", "1");
  return `/matrix/cell?${parts}`;
}

export function withParameters(path: string, parts: URLSearchParams): string {
  return parts.size === 0 ? path : `${path}?${parts}`;
}
