import * as z from "zod/mini";
import { sizeBytesSchema } from "./values.ts";

/** Element types that caches and weights are in, as GGUF calls them: "F16", "Q8_0". */
const elementTypeSchema = z.string().check(z.regex(/^[A-Z][A-Z0-9_]{1,15}$/, 'expected a type like "F16" or "Q8_0"'));

/** Weights that a framework also keeps in a second layout, which its kernels want. All conditions must hold. */
export const repackRuleSchema = z.object({
  types: z.array(elementTypeSchema).check(z.minLength(1)),
  /** Only matrices whose number of rows is a multiple of this. */
  rowsMultiple: z.int().check(z.positive()),
  /** What the processor must have: names of `Processor.features` in core. */
  features: z.array(z.string().check(z.minLength(1))).check(z.minLength(1)),
  /** Bytes of the second layout for each byte of the first. Default 1. */
  sizeFactor: z.optional(z.number().check(z.positive())),
  /** Few devices have these features: they are not assumed of a processor that nothing is known of. */
  rare: z.optional(z.literal(true)),
});
export type RepackRule = z.infer<typeof repackRuleSchema>;

/** Tokens that are computed at once when nobody says. */
const batchTokensSchema = z.object({ cpu: z.int().check(z.positive()), accelerated: z.int().check(z.positive()) });

/** How a framework uses memory, as data: what an estimate from a model's header is computed with. Bytes in each figure. */
export const memoryProfileSchema = z.object({
  weights: z.object({
    /** "mapped": pages of the file, which the system can drop and read again. "copied": memory of the process. */
    held: z.enum(["mapped", "copied"]),
    /** Tried in this order on the CPU; the first that fits counts. Weights that are only looked up in are never repacked. */
    repacked: z.optional(z.array(repackRuleSchema)),
  }),
  kvCache: z.object({
    keyType: elementTypeSchema,
    valueType: elementTypeSchema,
    /** The cache is a whole number of this many positions. */
    positionsMultiple: z.int().check(z.positive()),
    /** Architectures for which layers with a sliding window keep the window only: every how many-th layer sees everything. */
    windows: z.optional(z.record(z.string(), z.int().check(z.gte(2)))),
  }),
  /** "decoder-graph": one buffer, planned over all results of one batch. "activations": `widths` results of the embedding's width, and logits. */
  compute: z.discriminatedUnion("model", [
    z.object({ model: z.literal("decoder-graph"), batchTokens: batchTokensSchema, fusedAttention: z.boolean() }),
    z.object({
      model: z.literal("activations"),
      batchTokens: batchTokensSchema,
      widths: z.number().check(z.positive()),
      logits: z.enum(["all", "last"]),
      constantBytes: z.optional(sizeBytesSchema),
    }),
  ]),
  /** What loading takes for a moment beside the rest: nothing, a buffer for the largest weight, or all weights a second time. */
  loadSpike: z.enum(["none", "largest-weight", "weights"]),
});
export type MemoryProfile = z.infer<typeof memoryProfileSchema>;

/** How fast a framework is, as shares of what the hardware offers; `source` says where the figures were measured. */
export const speedProfileSchema = z.object({
  /** Decoding reads all weights for every token: the share of the memory's bandwidth that it reaches. */
  decodeBandwidthShare: z.number().check(z.positive(), z.lte(1)),
  /** What one token costs beside reading weights, in milliseconds: what bounds the speed of a tiny model. Default 0. */
  tokenOverheadMs: z.optional(z.number().check(z.nonnegative())),
  /** Tokens that are computed in a prompt for each token that one thread could decode. */
  prefillPerDecode: z.number().check(z.positive()),
  source: z.string().check(z.minLength(1)),
});
export type SpeedProfile = z.infer<typeof speedProfileSchema>;
