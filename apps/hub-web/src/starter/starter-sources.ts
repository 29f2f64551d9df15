import { artifactRoleSchema, filePathSchema, idSchema, licenceSchema, manifestSchema, variantSchema } from "@tenfold/catalog";
import { z } from "zod";

const fileSchema = z.union([filePathSchema, z.strictObject({ path: filePathSchema, role: artifactRoleSchema })]);

const { format, quantization, frameworks, target } = variantSchema.shape;
/** Told apart by this from another build of the same format and quantization. */
const suffix = z.optional(idSchema);

/** A build of a model: files in a repository, or an entry of a list that a package carries. */
export const starterBuildSchema = z.union([
  z.strictObject({ webLlm: z.string() }),
  z.strictObject({ executorch: z.string() }),
  z.strictObject({ pythonPackage: z.string(), format, quantization }),
  z.strictObject({
    format,
    quantization,
    frameworks,
    target,
    repository: z.string().optional(),
    files: z.array(fileSchema),
    suffix,
  }),
]);
export type StarterBuild = z.output<typeof starterBuildSchema>;

const {
  schemaVersion: _version,
  variants: _variants,
  revoked: _revoked,
  deprecated: _deprecated,
  licence: _licence,
  dimensions: _dimensions,
  ...modelShape
} = manifestSchema.shape;

/** `sources.json`: what a person writes of the starter catalog. Digests, sizes and revisions are not written here; they come from the facts. */
export const starterSourcesSchema = z.strictObject({
  licences: z.record(z.string(), licenceSchema),
  models: z.array(
    z.strictObject({
      ...modelShape,
      licence: z.string(),
      /** A key of `facts/dimensions.json`. */
      dimensions: z.string().optional(),
      builds: z.array(starterBuildSchema).min(1),
    }),
  ),
});
export type StarterSources = z.output<typeof starterSourcesSchema>;
export type StarterSource = StarterSources["models"][number];
