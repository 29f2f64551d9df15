import { z } from "zod";
import { frameworkIdSchema, modelFormatSchema } from "./values.ts";

export const acceleratorSchema = z.enum(["cpu", "metal", "cuda", "vulkan", "webgpu", "wasm", "neural-engine", "core-ml", "directml", "xnnpack"]);
export type Accelerator = z.infer<typeof acceleratorSchema>;

/** Where a framework can run, and through what. `proof` says how Tenfold knows. */
export const platformSupportSchema = z.discriminatedUnion("supported", [
  z.object({
    supported: z.literal(true),
    through: z.string().min(1),
    proof: z.enum(["tested", "prepared"]),
    accelerators: z.array(acceleratorSchema).min(1),
    requires: z.string().optional(),
  }),
  z.object({ supported: z.literal(false), reason: z.string().min(1), remedy: z.string().optional() }),
]);
export type PlatformSupport = z.infer<typeof platformSupportSchema>;

/** What is known of a framework without running it: rules as data, so that a hub knows frameworks it cannot load. */
export const frameworkProfileSchema = z.object({
  framework: frameworkIdSchema,
  name: z.string().min(1),
  package: z.string().min(1),
  licence: z.string().min(1),
  homepage: z.url(),
  formats: z.array(modelFormatSchema).min(1),
  /** Absent: whatever the framework's own loader accepts. */
  architectures: z.array(z.string()).optional(),
  quantizations: z.array(z.string()).optional(),
  authentication: z.object({ kind: z.literal("access-key"), name: z.string() }).optional(),
  platforms: z.object({ node: platformSupportSchema, browser: platformSupportSchema, "react-native": platformSupportSchema }),
});
export type FrameworkProfile = z.infer<typeof frameworkProfileSchema>;
