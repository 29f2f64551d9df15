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

/** Prompts that a benchmark asks with, by length. */
export const promptNameSchema = z.enum(["short", "medium", "long"]);
export type PromptName = z.infer<typeof promptNameSchema>;

export const thermalStateSchema = z.enum(["nominal", "fair", "serious", "critical"]);

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
  /** Absent for a prompt that is none of a benchmark's. */
  prompt: z.optional(promptNameSchema),
  promptTokens: z.int().check(z.positive()),
  generatedTokens: z.int().check(z.positive()),
  contextSize: z.int().check(z.positive()),
  loadMs: z.optional(spreadSchema),
  timeToFirstTokenMs: spreadSchema,
  prefillTokensPerSecond: spreadSchema,
  decodeTokensPerSecond: spreadSchema,
  /** What the framework says that the model takes, at the worst moment that was seen. */
  peakMemoryBytes: z.optional(sizeBytesSchema),
  /** Seconds of processor time for each token of prompt and answer, all cores together. */
  processorSecondsPerToken: z.optional(spreadSchema),
  /** When the measurement ended. */
  thermalState: z.optional(thermalStateSchema),
  /** Answers without a pause for so long: whether the device keeps its pace. */
  sustained: z.optional(
    z.object({
      durationSeconds: z.number().check(z.positive()),
      firstDecodeTokensPerSecond: z.number().check(z.nonnegative()),
      lastDecodeTokensPerSecond: z.number().check(z.nonnegative()),
    }),
  ),
});
export type Measurement = z.infer<typeof measurementSchema>;
