import { capabilitySchema } from "@tenfold/catalog";
import { z } from "zod";
import { type ModelQuery, modelQuerySchema, sortOrders } from "./model-query.ts";

export const modelsOnPage = 15;

export interface PageQuery {
  /** Counted from 1. */
  readonly page: number;
  readonly query: ModelQuery;
}

const none = undefined;
const text = z.string().trim().min(1).max(200).optional().catch(none);

/** An address somebody typed or kept from last year is no error: what is not understood is left out. */
const addressSchema = z.object({
  q: text,
  format: text,
  capability: z.optional(capabilitySchema).catch(none),
  licence: text,
  sort: z.enum(sortOrders).optional().catch(none),
  page: z.coerce.number().int().min(1).max(10_000).catch(1),
});

export type Address = Readonly<Record<string, string | string[] | undefined>>;

/** What the list page's address asks for. */
export function readPageQuery(address: Address): PageQuery {
  const { page, ...filters } = addressSchema.parse(
    Object.fromEntries(Object.entries(address).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value])),
  );
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  return { page, query: modelQuerySchema.parse({ ...given, limit: modelsOnPage, skip: (page - 1) * modelsOnPage }) };
}

/** The address of another page of the same list. */
export function pageAddress({ q, format, capability, licence, sort }: ModelQuery, page: number): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries({ q, format, capability, licence, sort: sort === "evidence" ? undefined : sort }))
    if (value) parts.set(name, value);
  if (page > 1) parts.set("page", String(page));
  return parts.size === 0 ? "/" : `/?${parts}`;
}
