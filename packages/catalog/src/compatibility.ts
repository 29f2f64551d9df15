import * as z from "zod/mini";
import { frameworkIdSchema, idSchema, sizeBytesSchema } from "./values.ts";

export const memoryTermsSchema = z.object({ weightsBytes: sizeBytesSchema, kvCacheBytes: sizeBytesSchema, computeBytes: sizeBytesSchema });
export type MemoryTerms = z.infer<typeof memoryTermsSchema>;

/** Whether a variant runs under a framework on a device, and why. */
export const compatibilitySchema = z.object({
  model: idSchema,
  variant: idSchema,
  framework: frameworkIdSchema,
  device: idSchema,
  contextSize: z.int().check(z.positive()),
  verdict: z.enum(["runs", "tight", "does-not-fit", "unsupported", "unknown"]),
  reasons: z.array(z.string().check(z.minLength(1))),
  memory: z.optional(memoryTermsSchema),
  /** At the worst moment, with what loading takes. Too small where a term of `memory` is unknown: the verdict says so. */
  neededBytes: z.optional(sizeBytesSchema),
  budgetBytes: z.optional(sizeBytesSchema),
  /** Absent when there is nothing to go by. */
  speed: z.optional(
    z.object({
      basis: z.enum(["measured", "predicted"]),
      how: z.string().check(z.minLength(1)),
      decodeTokensPerSecond: z.number().check(z.nonnegative()),
      prefillTokensPerSecond: z.optional(z.number().check(z.nonnegative())),
    }),
  ),
});
export type Compatibility = z.infer<typeof compatibilitySchema>;
