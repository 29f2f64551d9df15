import { z } from "zod";
import { acceleratorSchema } from "./framework-profile.ts";
import { frameworkIdSchema, idSchema, sha256Schema, sizeBytesSchema, timestampSchema } from "./values.ts";

/** Median and extremes over repetitions. */
export const spreadSchema = z.object({
  median: z.number().nonnegative(),
  minimum: z.number().nonnegative(),
  maximum: z.number().nonnegative(),
  repetitions: z.int().positive(),
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
  threads: z.int().positive().optional(),
  device: z.object({ id: idSchema.optional(), name: z.string(), memoryBytes: sizeBytesSchema.optional(), osName: z.string(), osVersion: z.string() }),
  takenAt: timestampSchema,
  promptTokens: z.int().positive(),
  generatedTokens: z.int().positive(),
  contextSize: z.int().positive(),
  loadMs: spreadSchema.optional(),
  timeToFirstTokenMs: spreadSchema,
  prefillTokensPerSecond: spreadSchema,
  decodeTokensPerSecond: spreadSchema,
  peakMemoryBytes: sizeBytesSchema.optional(),
});
export type Measurement = z.infer<typeof measurementSchema>;
