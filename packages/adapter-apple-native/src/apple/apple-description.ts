import { acceleratorSchema, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";

const supportSchema = z.discriminatedUnion("available", [
  z.object({
    framework: z.string(),
    available: z.literal(true),
    /** Of the framework, or of the system that brings it: "macOS 15.2". */
    version: z.string().min(1).max(200),
    accelerators: z.array(acceleratorSchema).min(1).max(16),
    notes: z.array(z.string().max(1000)).max(16).optional(),
  }),
  z.object({ framework: z.string(), available: z.literal(false), reason: z.string().min(1).max(1000), remedy: z.string().min(1).max(1000) }),
]);

/** What the Swift side says of itself: the answer of `tenfold-apple-host --describe`, and of the Expo module's `describe`. */
const descriptionSchema = z.object({ protocolVersion: z.number(), version: z.string().max(100), frameworks: z.array(supportSchema).max(16) });
export type AppleDescription = z.infer<typeof descriptionSchema>;

/** @throws TenfoldError `framework-unavailable`, with the remedy, for anything else than a description. */
export function readDescription(text: string, who: string, remedy: string): AppleDescription {
  try {
    return descriptionSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TenfoldError("framework-unavailable", `What ${who} says of itself cannot be read.`, { cause, remedy });
  }
}
