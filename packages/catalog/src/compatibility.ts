import { z } from "zod";
import { frameworkIdSchema, idSchema, sizeBytesSchema } from "./values.ts";

export const memoryTermsSchema = z.object({ weightsBytes: sizeBytesSchema, kvCacheBytes: sizeBytesSchema, computeBytes: sizeBytesSchema });
export type MemoryTerms = z.infer<typeof memoryTermsSchema>;

/** Whether a variant runs under a framework on a device, and why. */
export const compatibilitySchema = z.object({
  model: idSchema,
  variant: idSchema,
  framework: frameworkIdSchema,
  device: idSchema,
  contextSize: z.int().positive(),
  verdict: z.enum(["runs", "tight", "does-not-fit", "unsupported", "unknown"]),
  reasons: z.array(z.string().min(1)),
  memory: memoryTermsSchema.optional(),
  budgetBytes: sizeBytesSchema.optional(),
});
export type Compatibility = z.infer<typeof compatibilitySchema>;
