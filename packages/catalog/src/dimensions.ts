import * as z from "zod/mini";

const count = z.int().check(z.positive(), z.lte(2 ** 31));

/** The sizes of a decoder that its use of memory follows from, as its configuration names them. All layers are alike. */
export const dimensionsSchema = z.object({
  layerCount: z.int().check(z.positive(), z.lte(512)),
  /** Width of the hidden state. */
  embeddingLength: count,
  headCount: count,
  /** Heads of keys and values: fewer than `headCount` with grouped queries. */
  kvHeadCount: count,
  /** Elements of one head's key, and of its value. */
  headLength: count,
  /** Width between the two projections; with experts, of those that one token uses. */
  feedForwardLength: count,
  vocabularySize: z.optional(count),
  /** Positions that a layer with a sliding window looks back. Which layers have one follows from the architecture. */
  windowLength: z.optional(count),
  /** The output projection is the token embedding. */
  tied: z.optional(z.boolean()),
  /** Who says so: "config.json of Qwen/Qwen3-0.6B". */
  source: z.string().check(z.minLength(1), z.maxLength(500)),
});
export type Dimensions = z.infer<typeof dimensionsSchema>;
