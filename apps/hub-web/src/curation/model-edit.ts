import {
  archiveSchema,
  artifactRoleSchema,
  capabilitySchema,
  chatTemplateSchema,
  dimensionsSchema,
  filePathSchema,
  frameworkIdSchema,
  generationDefaultsSchema,
  idSchema,
  licenceSchema,
  manifestSchema,
  modelFormatSchema,
  sha256Schema,
  sizeBytesSchema,
  targetSchema,
  tokenizerSchema,
} from "@tenfold/catalog";
import { z } from "zod";

const commit = z.string().regex(/^[0-9a-f]{40}$/, "expected a commit of 40 hexadecimal digits");
const address = z.url({ protocol: /^https?$/, error: "expected an address that begins with https:// or http://" });
const repository = z.string().regex(/^[\w.-]+\/[\w.-]+$/, "expected owner/name");

export const sourceEditSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("hub") }),
  z.strictObject({ kind: z.literal("https"), url: address.max(2000) }),
  z.strictObject({ kind: z.literal("hugging-face"), repository, path: filePathSchema, revision: commit.optional() }),
]);
export type SourceEdit = z.output<typeof sourceEditSchema>;

/** What a curator says of a file. Evidence is not theirs to write: see `draftOfEdit`. */
export const artifactEditSchema = z.strictObject({
  path: filePathSchema,
  role: artifactRoleSchema,
  sizeBytes: z.optional(sizeBytesSchema),
  sha256: z.optional(sha256Schema),
  archive: z.optional(archiveSchema),
  sources: z.array(sourceEditSchema).max(16),
});
export type ArtifactEdit = z.output<typeof artifactEditSchema>;

const distinct =
  <Item>(key: (item: Item) => string) =>
  (items: readonly Item[]) =>
    new Set(items.map(key)).size === items.length;

export const variantEditSchema = z.strictObject({
  id: idSchema,
  format: modelFormatSchema,
  quantization: z.string().min(1).max(64).optional(),
  frameworks: z.optional(z.array(frameworkIdSchema).max(32)),
  target: z.optional(targetSchema),
  minimumMemoryBytes: z.optional(sizeBytesSchema),
  artifacts: z
    .array(artifactEditSchema)
    .max(4096)
    .refine(
      distinct((one: ArtifactEdit) => one.path.toLowerCase()),
      "expected each path once",
    ),
});
export type VariantEdit = z.output<typeof variantEditSchema>;

const { shape } = manifestSchema;

/** A model as its form shows it. It may lack what a manifest needs: that is asked for before review. */
export const modelEditSchema = z.strictObject({
  id: idSchema,
  name: shape.name,
  publisher: shape.publisher,
  description: shape.description,
  homepage: z.optional(address),
  licence: z.strictObject({ ...licenceSchema.shape, url: z.optional(address) }),
  architecture: shape.architecture,
  parameterCount: shape.parameterCount,
  contextLength: shape.contextLength,
  dimensions: z.optional(dimensionsSchema),
  languages: shape.languages,
  // Here, unlike for a reader, a word that is not known is a slip of the pen.
  capabilities: z.array(capabilitySchema),
  tokenizer: z.optional(tokenizerSchema),
  chatTemplate: z.optional(chatTemplateSchema),
  defaults: z.optional(generationDefaultsSchema),
  deprecated: shape.deprecated,
  variants: z
    .array(variantEditSchema)
    .max(1000)
    .refine(
      distinct((one: VariantEdit) => one.id),
      "expected each variant id once",
    ),
});
export type ModelEdit = z.output<typeof modelEditSchema>;
