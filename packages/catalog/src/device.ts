import { z } from "zod";
import { idSchema, sizeBytesSchema } from "./values.ts";

const sourced = <Value extends z.ZodType>(value: Value) => z.object({ value, source: z.string().min(1) });

/** A device that models run on. A figure without a source is not given. */
export const deviceSchema = z.object({
  id: idSchema,
  name: z.string().min(1),
  kind: z.enum(["phone", "tablet", "computer", "browser"]),
  identifiers: z.array(z.string()).optional(),
  chip: z.string().optional(),
  memoryBytes: sourced(sizeBytesSchema).optional(),
  /** What one application may use; `increased` with the increased-memory entitlement of iOS. */
  applicationMemoryBytes: z.object({ usual: sourced(sizeBytesSchema), increased: sourced(sizeBytesSchema).optional() }).optional(),
  os: z.object({ name: idSchema, minimumVersion: z.string(), maximumVersion: z.string().optional() }).optional(),
});
export type Device = z.infer<typeof deviceSchema>;
