import { capabilitySchema, idSchema } from "@tenfold/catalog";
import { z } from "zod";

const word = z.string().trim().min(1).max(100);
/** Several in one parameter, "a,b", or the parameter several times. */
const ids = (most: number) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) =>
      [given]
        .flat()
        .flatMap((text) => text.split(","))
        .map((text) => text.trim())
        .filter(Boolean),
    )
    .pipe(z.array(idSchema).max(most));

/** The context sizes that the slider stops at. */
export const contextStops = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072] as const;

const isTrue = z.union([z.boolean(), z.enum(["1", "true", "on"]).transform(() => true), z.enum(["0", "false"]).transform(() => false)]);

/** What of the matrix is asked for. The page's address, tRPC and the API all speak it. */
export const matrixFilters = {
  q: z.string().trim().max(200).optional().describe("Words that must all appear in model, publisher, variant, format or quantization."),
  model: z.optional(idSchema).describe("Rows of this model alone."),
  format: word.optional(),
  framework: word.optional(),
  capability: z.optional(capabilitySchema),
  context: z.coerce.number().int().min(1).max(10_000_000).default(4096).describe("Tokens of prompt and answer together."),
  device: ids(100).optional().describe("The devices to tell about, by id, several with commas."),
  entitlement: isTrue.default(false).describe("Applications have iOS's increased-memory entitlement."),
  fits: z.optional(idSchema).describe("Rows that run on this device, surely or tightly."),
};
export const matrixQuerySchema = z.object({
  ...matrixFilters,
  limit: z.coerce.number().int().min(1).max(100).default(25),
  skip: z.coerce.number().int().min(0).max(10_000_000).default(0),
});
export type MatrixQuery = z.output<typeof matrixQuerySchema>;

/** Shown when nobody says: what many people have. */
export const usualDevices = ["iphone-13", "iphone-15-pro", "iphone-17-pro", "mac-m2-16gb", "computer-16gb", "browser-8gb"] as const;
