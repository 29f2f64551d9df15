import * as z from "zod/mini";
import { type Artifact, artifactSchema, targetSchema } from "./artifact.ts";
import { dimensionsSchema } from "./dimensions.ts";
import { knownEntries } from "./known-entries.ts";
import { frameworkIdSchema, idSchema, modelFormatSchema, sizeBytesSchema, timestampSchema } from "./values.ts";

export const capabilitySchema = z.enum(["chat", "completion", "tools", "json", "reasoning", "vision", "embeddings", "reranking"]);
export type Capability = z.infer<typeof capabilitySchema>;

const capabilityOf = (capability: unknown) => capability;
/** What a model can do, as far as this version has words for it. */
export const capabilitiesSchema = knownEntries(z.array(capabilitySchema), capabilitySchema.options, capabilityOf);

export const licenceSchema = z.object({
  /** SPDX identifier where one exists, else the publisher's own name for it: "gemma", "llama3.2". */
  id: z.string().check(z.minLength(1), z.maxLength(100)),
  name: z.optional(z.string()),
  url: z.optional(z.url()),
  /** The source asks for an account or for consent before it serves the files. */
  gated: z.boolean(),
  /** Whoever takes the files has to accept the licence first. Absent: as `gated` says. */
  requiresConsent: z.optional(z.boolean()),
});
export type Licence = z.infer<typeof licenceSchema>;

/** Whether a licence is to be accepted by a person before the first byte of a model is fetched. */
export function asksForConsent({ gated, requiresConsent }: Licence): boolean {
  return requiresConsent ?? gated;
}

/** Default generation settings, as the publisher recommends them. */
export const generationDefaultsSchema = z.object({
  temperature: z.optional(z.number().check(z.gte(0), z.lte(5))),
  topK: z.optional(z.int().check(z.nonnegative())),
  topP: z.optional(z.number().check(z.gte(0), z.lte(1))),
  minP: z.optional(z.number().check(z.gte(0), z.lte(1))),
  repetitionPenalty: z.optional(z.number().check(z.positive())),
  maxTokens: z.optional(z.int().check(z.positive())),
  stop: z.optional(z.array(z.string().check(z.minLength(1))).check(z.maxLength(16))),
});

/** Where the tokenizer and the chat template come from. */
export const tokenizerSchema = z.object({
  kind: z.enum(["embedded", "artifact", "system"]),
  /** For `artifact`: the path of the tokenizer's file in every variant that needs it. */
  path: z.optional(z.string()),
  vocabularySize: z.optional(z.int().check(z.positive())),
});
export const chatTemplateSchema = z.object({
  kind: z.enum(["embedded", "artifact", "inline", "framework"]),
  path: z.optional(z.string()),
  source: z.optional(z.string().check(z.maxLength(262_144))),
});

/** Where the files of a variant lie once they are here: of an archive its members remain. */
function filePathsOf(artifacts: readonly Artifact[]): string[] {
  return artifacts.flatMap(({ path, archive }) => (archive ? archive.members.map((member) => member.path) : [path]));
}

/** One quantization of a model in one format: what a person downloads. */
export const variantSchema = z.object({
  id: idSchema,
  format: modelFormatSchema,
  /** As the format calls it: "Q4_K_M", "int4", "F16". */
  quantization: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
  /** Frameworks known to load it, where the format alone does not tell. */
  frameworks: z.optional(z.array(frameworkIdSchema).check(z.maxLength(32))),
  target: z.optional(targetSchema),
  minimumMemoryBytes: z.optional(sizeBytesSchema),
  artifacts: z.array(artifactSchema).check(z.maxLength(4096)),
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
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  publisher: z.string().check(z.minLength(1), z.maxLength(200)),
  description: z.string().check(z.maxLength(10_000)),
  homepage: z.optional(z.url()),
  licence: licenceSchema,
  architecture: z.optional(z.string().check(z.maxLength(100))),
  parameterCount: z.optional(z.int().check(z.positive())),
  contextLength: z.optional(z.int().check(z.positive())),
  /** Absent: how much the cache takes is known once the files are here. */
  dimensions: z.optional(dimensionsSchema),
  languages: z.optional(z.array(z.string().check(z.regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/))).check(z.maxLength(300))),
  capabilities: knownEntries(z.array(capabilitySchema).check(z.minLength(1)), capabilitySchema.options, capabilityOf),
  tokenizer: z.optional(tokenizerSchema),
  chatTemplate: z.optional(chatTemplateSchema),
  defaults: z.optional(generationDefaultsSchema),
  variants: z
    .array(
      variantSchema.check(
        z.refine((one) => distinct<{ path: string }>((file) => file.path.toLowerCase())(one.artifacts), "expected each artifact path once"),
        z.refine((one) => distinct<string>((path) => path.toLowerCase())(filePathsOf(one.artifacts)), "expected each file once, in archives and beside them"),
      ),
    )
    .check(
      z.minLength(1),
      z.maxLength(1000),
      z.refine(
        distinct((one: Variant) => one.id),
        "expected each variant id once",
      ),
    ),
  /** Nobody should begin to use it; whoever uses it may go on. */
  deprecated: z.optional(z.object({ reason: z.string().check(z.minLength(1), z.maxLength(1000)) })),
  revoked: z.optional(z.object({ at: timestampSchema, reason: z.string().check(z.minLength(1)) })),
});
export type Manifest = z.infer<typeof manifestSchema>;
