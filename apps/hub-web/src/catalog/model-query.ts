import { capabilitySchema, channelIdSchema } from "@tenfold/catalog";
import { z } from "zod";

export const sortOrders = ["evidence", "name", "smallest", "largest", "parameters"] as const;
export type SortOrder = (typeof sortOrders)[number];

const word = z.string().trim().max(100);

/** What a list of models can be asked for. The API, tRPC and the page's address all speak it. */
export const modelQuerySchema = z.object({
  q: z.string().trim().max(200).optional().describe("Words that must all appear in id, name, publisher, description, licence, format or quantization."),
  format: word.optional().describe("Models with a variant in this format, like `gguf`."),
  quantization: word.optional().describe("Models with a variant of this quantization, like `Q4_K_M`."),
  capability: z.optional(capabilitySchema),
  licence: word.optional().describe("A licence's id, like `Apache-2.0`."),
  publisher: word.optional().describe("A publisher's name, whole."),
  maximumSizeBytes: z.coerce.number().int().min(0).optional().describe("Models with a variant whose size is known and not above this."),
  channel: z.enum(channelIdSchema.options).default("stable").describe("The channel whose release is listed."),
  sort: z.enum(sortOrders).default("evidence"),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  /** How many to pass over, for pages with numbers. */
  skip: z.coerce.number().int().min(0).max(1_000_000).default(0),
  cursor: z
    .string()
    .regex(/^\d{1,9}-\d{1,9}$/, "expected the nextCursor of an earlier answer")
    .optional()
    .describe("`nextCursor` of the answer before."),
});
export type ModelQuery = z.output<typeof modelQuerySchema>;
