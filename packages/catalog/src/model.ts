import { z } from "zod";
import { artifactSchema, targetSchema } from "./artifact.ts";
import { frameworkIdSchema, idSchema, modelFormatSchema, sizeBytesSchema, timestampSchema } from "./values.ts";

export const capabilitySchema = z.enum(["chat", "completion", "tools", "json", "reasoning", "vision", "embeddings", "reranking"]);
export type Capability = z.infer<typeof capabilitySchema>;

export const licenceSchema = z.object({
  /** SPDX identifier where one exists, else the publisher's own name for it: "gemma", "llama3.2". */
  id: z.string().min(1).max(100),
  name: z.string().optional(),
  url: z.url().optional(),
  /** The source asks for an account or for consent before it serves the files. */
  gated: z.boolean(),
});

/** Default generation settings, as the publisher recommends them. */
export const generationDefaultsSchema = z.object({
  temperature: z.number().min(0).max(5).optional(),
  topK: z.int().nonnegative().optional(),
  topP: z.number().min(0).max(1).optional(),
  minP: z.number().min(0).max(1).optional(),
  repetitionPenalty: z.number().positive().optional(),
  maxTokens: z.int().positive().optional(),
  stop: z.array(z.string().min(1)).max(16).optional(),
});

/** Where the tokenizer and the chat template come from. */
export const tokenizerSchema = z.object({
  kind: z.enum(["embedded", "artifact", "system"]),
  /** For `artifact`: the path of the tokenizer's file in every variant that needs it. */
  path: z.string().optional(),
  vocabularySize: z.int().positive().optional(),
});
export const chatTemplateSchema = z.object({
  kind: z.enum(["embedded", "artifact", "inline", "framework"]),
  path: z.string().optional(),
  source: z.string().max(262_144).optional(),
});

/** One quantization of a model in one format: what a person downloads. */
export const variantSchema = z.object({
  id: idSchema,
  format: modelFormatSchema,
  /** As the format calls it: "Q4_K_M", "int4", "F16". */
  quantization: z.string().min(1).max(64).optional(),
  /** Frameworks known to load it, where the format alone does not tell. */
  frameworks: z.array(frameworkIdSchema).max(32).optional(),
  target: targetSchema.optional(),
  minimumMemoryBytes: sizeBytesSchema.optional(),
  artifacts: z.array(artifactSchema).max(4096),
});
export type Variant = z.infer<typeof variantSchema>;

const distinct =
  <Item>(key: (item: Item) => string) =>
  (items: readonly Item[]) =>
    new Set(items.map(key)).size === items.length;

/** A model as the hub publishes it. Immutable: an edit is a new manifest with a new digest. */
export const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  id: idSchema,
  name: z.string().min(1).max(200),
  publisher: z.string().min(1).max(200),
  description: z.string().max(10_000),
  homepage: z.url().optional(),
  licence: licenceSchema,
  architecture: z.string().max(100).optional(),
  parameterCount: z.int().positive().optional(),
  contextLength: z.int().positive().optional(),
  languages: z
    .array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/))
    .max(300)
    .optional(),
  capabilities: z.array(capabilitySchema).min(1),
  tokenizer: tokenizerSchema.optional(),
  chatTemplate: chatTemplateSchema.optional(),
  defaults: generationDefaultsSchema.optional(),
  variants: z
    .array(variantSchema.refine((one) => distinct<{ path: string }>((file) => file.path.toLowerCase())(one.artifacts), "expected each artifact path once"))
    .min(1)
    .max(1000)
    .refine(
      distinct((one: Variant) => one.id),
      "expected each variant id once",
    ),
  revoked: z.object({ at: timestampSchema, reason: z.string().min(1) }).optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;
