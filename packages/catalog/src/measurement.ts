import * as z from "zod/mini";
import { acceleratorSchema } from "./framework-profile.ts";
import { frameworkIdSchema, idSchema, sha256Schema, sizeBytesSchema, timestampSchema } from "./values.ts";

/** Median and extremes over repetitions. */
export const spreadSchema = z.object({
  median: z.number().check(z.nonnegative()),
  minimum: z.number().check(z.nonnegative()),
  maximum: z.number().check(z.nonnegative()),
  repetitions: z.int().check(z.positive()),
});
export type Spread = z.infer<typeof spreadSchema>;

/** What one variant did on one device under one framework. */
export const measurementSchema = z.object({
  schemaVersion: z.literal(1),
  model: idSchema,
  variant: idSchema,
  weights: sha256Schema,
  framework: frameworkIdSchema,
  frameworkVersion: z.string(),
  accelerator: acceleratorSchema,
  threads: z.optional(z.int().check(z.positive())),
  device: z.object({ id: z.optional(idSchema), name: z.string(), memoryBytes: z.optional(sizeBytesSchema), osName: z.string(), osVersion: z.string() }),
  takenAt: timestampSchema,
  promptTokens: z.int().check(z.positive()),
  generatedTokens: z.int().check(z.positive()),
  contextSize: z.int().check(z.positive()),
  loadMs: z.optional(spreadSchema),
  timeToFirstTokenMs: spreadSchema,
  prefillTokensPerSecond: spreadSchema,
  decodeTokensPerSecond: spreadSchema,
  peakMemoryBytes: z.optional(sizeBytesSchema),
});
export type Measurement = z.infer<typeof measurementSchema>;
