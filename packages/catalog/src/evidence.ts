import * as z from "zod/mini";
import { timestampSchema } from "./values.ts";

/** How a value is known. `verified`: a hub read the bytes itself. `claimed`: somebody says so. */
export const evidenceSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("verified"), by: z.string().check(z.minLength(1)), at: timestampSchema, tool: z.optional(z.string()) }),
  z.object({ kind: z.literal("claimed"), by: z.string().check(z.minLength(1)), at: z.optional(timestampSchema), url: z.optional(z.url()) }),
]);
export type Evidence = z.infer<typeof evidenceSchema>;

/** A value together with how it is known. What nobody knows is absent, never guessed. */
export function evidenced<Value extends z.core.$ZodType>(value: Value) {
  return z.object({ value, evidence: evidenceSchema });
}
export type Evidenced<Value> = { value: Value; evidence: Evidence };
