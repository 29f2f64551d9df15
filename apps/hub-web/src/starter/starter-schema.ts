import {
  archiveSchema,
  artifactRoleSchema,
  capabilitySchema,
  filePathSchema,
  manifestSchema,
  sha256Schema,
  sizeBytesSchema,
  sourceSchema,
  variantSchema,
} from "@tenfold/catalog";
import { z } from "zod";

/** A file of a starter variant: what is claimed of it, where it can be had, and the local file when there is one. */
export const starterArtifactSchema = z.strictObject({
  path: filePathSchema,
  role: z._default(artifactRoleSchema, "weights"),
  /** A local file, relative to the folder of models.json. The hub copies, hashes and serves it. */
  file: z.string().min(1).optional(),
  sizeBytes: z.optional(sizeBytesSchema),
  sha256: z.optional(sha256Schema),
  /** Who says so of size and digest. When absent, the list itself. */
  claimedBy: z.optional(z.string().min(1)),
  sources: z.array(sourceSchema).max(16).default([]),
  /** What an archive holds, each member with the size and digest that clients will hold it to. */
  archive: z.optional(archiveSchema),
});
export type StarterArtifact = z.output<typeof starterArtifactSchema>;

const distinct =
  <Item>(key: (item: Item) => string) =>
  (items: readonly Item[]) =>
    new Set(items.map(key)).size === items.length;

const { artifacts: _verified, ...variantShape } = variantSchema.shape;
const starterVariantSchema = z
  .strictObject({
    ...variantShape,
    artifacts: z
      .array(starterArtifactSchema)
      .max(4096)
      .refine(
        distinct((one: StarterArtifact) => one.path.toLowerCase()),
        "expected each artifact path once",
      ),
  })
  // A system's own model has no files; every other has some.
  .refine(({ format, artifacts }) => format === "system" || artifacts.length > 0, { error: "expected at least one file", path: ["artifacts"] });
export type StarterVariant = z.output<typeof starterVariantSchema>;

const { schemaVersion: _version, variants: _variants, revoked: _revoked, deprecated: _deprecated, ...modelShape } = manifestSchema.shape;
const starterModelSchema = z.strictObject({
  ...modelShape,
  // Here, unlike for a reader, a word that is not known is a slip of the pen.
  capabilities: z.array(capabilitySchema).min(1),
  variants: z
    .array(starterVariantSchema)
    .min(1)
    .max(1000)
    .refine(
      distinct((one: StarterVariant) => one.id),
      "expected each variant id once",
    ),
});
export type StarterModel = z.output<typeof starterModelSchema>;

/** `models.json` of a starter folder: manifests before anybody has looked at a byte. Unknown keys are refused, so that a slip of the pen is seen. */
export const starterSchema = z.strictObject({
  schemaVersion: z.literal(1),
  models: z.array(starterModelSchema).refine(
    distinct((one: StarterModel) => one.id),
    "expected each model id once",
  ),
});
export type Starter = z.output<typeof starterSchema>;
/** As a file has it, before defaults are filled in. */
export type WrittenStarter = z.input<typeof starterSchema>;
