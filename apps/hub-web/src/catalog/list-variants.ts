import { type ChannelId, type Variant, variantSizeBytes } from "@tenfold/catalog";
import { z } from "zod";
import type { Database } from "../database/open-database.ts";
import { findModel, type PublishedModel } from "./find-model.ts";

const word = z.string().trim().min(1).max(100);

/** What a list of variants can be asked for. */
export const variantFilters = {
  format: word.optional().describe("Variants in this format, like `gguf`."),
  quantization: word.optional().describe("Variants with this quantization, like `Q4_K_M`."),
  framework: word.optional().describe("Variants that name this framework, or none at all."),
  maximumSizeBytes: z.coerce.number().int().min(0).optional().describe("Variants whose size is known and not above this."),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, "expected the nextCursor of an earlier answer")
    .transform(Number)
    .optional()
    .describe("`nextCursor` of the answer before."),
};

export interface VariantQuery {
  readonly id: string;
  readonly channel: ChannelId;
  readonly format?: string | undefined;
  readonly quantization?: string | undefined;
  readonly framework?: string | undefined;
  readonly maximumSizeBytes?: number | undefined;
  readonly limit: number;
  readonly cursor?: number | undefined;
}

export interface VariantList {
  release: PublishedModel["release"];
  model: string;
  manifestSha256: string;
  total: number;
  variants: Variant[];
  nextCursor?: string;
}

/** The variants of a published model that fit. Nothing when no such model is published. */
export async function listVariants(database: Database, query: VariantQuery): Promise<VariantList | undefined> {
  const model = await findModel(database, query.id, query.channel);
  if (model === undefined) return undefined;
  const { manifest, manifestSha256, release } = model;
  const fitting = manifest.variants.filter((variant) => fits(variant, query));
  const start = query.cursor ?? 0;
  const end = start + query.limit;
  return {
    release,
    model: manifest.id,
    manifestSha256,
    total: fitting.length,
    variants: fitting.slice(start, end),
    ...(end < fitting.length && { nextCursor: String(end) }),
  };
}

function fits(variant: Variant, { format, quantization, framework, maximumSizeBytes }: VariantQuery): boolean {
  if (format !== undefined && variant.format !== format) return false;
  if (quantization !== undefined && variant.quantization !== quantization) return false;
  if (framework !== undefined && variant.frameworks !== undefined && !variant.frameworks.includes(framework)) return false;
  return maximumSizeBytes === undefined || (variantSizeBytes(variant) ?? Number.POSITIVE_INFINITY) <= maximumSizeBytes;
}
