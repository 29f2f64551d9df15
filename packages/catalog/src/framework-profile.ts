import * as z from "zod/mini";
import { memoryProfileSchema, speedProfileSchema } from "./memory-profile.ts";
import { frameworkIdSchema, modelFormatSchema } from "./values.ts";

export const acceleratorSchema = z.enum(["cpu", "metal", "cuda", "vulkan", "webgpu", "wasm", "neural-engine", "core-ml", "directml", "xnnpack"]);
export type Accelerator = z.infer<typeof acceleratorSchema>;

/** Where a framework can run, and through what. `proof` says how Tenfold knows. */
export const platformSupportSchema = z.discriminatedUnion("supported", [
  z.object({
    supported: z.literal(true),
    through: z.string().check(z.minLength(1)),
    proof: z.enum(["tested", "prepared"]),
    accelerators: z.array(acceleratorSchema).check(z.minLength(1)),
    requires: z.optional(z.string()),
  }),
  z.object({ supported: z.literal(false), reason: z.string().check(z.minLength(1)), remedy: z.optional(z.string()) }),
]);
export type PlatformSupport = z.infer<typeof platformSupportSchema>;

/** What is known of a framework without running it: rules as data, so that a hub knows frameworks it cannot load. */
export const frameworkProfileSchema = z.object({
  framework: frameworkIdSchema,
  name: z.string().check(z.minLength(1)),
  package: z.string().check(z.minLength(1)),
  licence: z.string().check(z.minLength(1)),
  homepage: z.url(),
  formats: z.array(modelFormatSchema).check(z.minLength(1)),
  /** Absent: whatever the framework's own loader accepts. */
  architectures: z.optional(z.array(z.string())),
  quantizations: z.optional(z.array(z.string())),
  authentication: z.optional(z.object({ kind: z.literal("access-key"), name: z.string() })),
  /** Absent: unknown, and so is what a model takes. */
  memory: z.optional(memoryProfileSchema),
  speed: z.optional(speedProfileSchema),
  platforms: z.object({ node: platformSupportSchema, browser: platformSupportSchema, "react-native": platformSupportSchema }),
});
export type FrameworkProfile = z.infer<typeof frameworkProfileSchema>;
