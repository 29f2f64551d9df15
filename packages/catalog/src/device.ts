import * as z from "zod/mini";
import { idSchema, sizeBytesSchema } from "./values.ts";

const sourced = <Value extends z.core.$ZodType>(value: Value) => z.object({ value, source: z.string().check(z.minLength(1)) });

/** A device that models run on. A figure without a source is not given. */
export const deviceSchema = z.object({
  id: idSchema,
  name: z.string().check(z.minLength(1)),
  kind: z.enum(["phone", "tablet", "computer", "browser"]),
  identifiers: z.optional(z.array(z.string())),
  chip: z.optional(z.string()),
  /** By kind; absent where one name covers several. */
  cores: z.optional(sourced(z.object({ performance: z.int().check(z.positive()), efficiency: z.int().check(z.nonnegative()) }))),
  memoryBytes: z.optional(sourced(sizeBytesSchema)),
  /** What one application may use; `increased` with the increased-memory entitlement of iOS. */
  applicationMemoryBytes: z.optional(z.object({ usual: sourced(sizeBytesSchema), increased: z.optional(sourced(sizeBytesSchema)) })),
  /** Most bytes that move between memory and chip in a second. */
  memoryBytesPerSecond: z.optional(sourced(z.number().check(z.positive()))),
  /** Cores of the chip's neural engine. */
  neuralEngineCores: z.optional(sourced(z.int().check(z.positive()))),
  os: z.optional(z.object({ name: idSchema, minimumVersion: z.string().check(z.minLength(1)), maximumVersion: z.optional(z.string().check(z.minLength(1))) })),
});
export type Device = z.infer<typeof deviceSchema>;
