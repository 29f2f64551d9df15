import {
  capabilitySchema,
  channelIdSchema,
  compatibilitySchema,
  deviceSchema,
  idSchema,
  manifestSchema,
  revocationSchema,
  sha256Schema,
  sizeBytesSchema,
  variantSchema,
} from "@tenfold/catalog";
import { z } from "zod";

const count = z.int().nonnegative();

export const releaseReferenceSchema = z.object({ number: z.int().positive(), publishedAt: z.iso.datetime() });

export const releaseSummarySchema = releaseReferenceSchema.extend({
  sha256: sha256Schema,
  sizeBytes: sizeBytesSchema,
  models: count.describe("How many models it publishes."),
  channels: z.array(channelIdSchema).describe("The channels that point to it now."),
});

export const modelSummarySchema = z.object({
  id: idSchema,
  name: z.string(),
  publisher: z.string(),
  summary: z.string().describe("The first sentence of the description."),
  licence: z.string(),
  parameterCount: z.int().positive().optional(),
  contextLength: z.int().positive().optional(),
  capabilities: z.array(capabilitySchema),
  formats: z.array(z.string()),
  quantizations: z.array(z.string()),
  variants: count,
  sizeBytes: z.object({ smallest: sizeBytesSchema, largest: sizeBytesSchema }).optional().describe("Of the variants whose size is known."),
  files: z.object({ total: count, verified: count, claimed: count }).describe("How many there are, and how the digests of how many are known."),
  manifestSha256: sha256Schema,
});

const nextCursor = z.string().optional().describe("Absent on the last page.");

export const modelListSchema = z.object({
  release: releaseReferenceSchema.optional().describe("The release that is listed; absent while nothing is published."),
  total: count,
  models: z.array(modelSummarySchema),
  nextCursor,
});

export const modelAnswerSchema = z.object({
  release: releaseReferenceSchema,
  manifestSha256: sha256Schema,
  manifest: manifestSchema,
  revocations: z
    .array(z.object({ variant: z.optional(idSchema), reason: z.string() }))
    .describe("What of it must no longer be used; without a variant, all of it."),
});

export const variantListSchema = z.object({
  release: releaseReferenceSchema,
  model: idSchema,
  manifestSha256: sha256Schema,
  total: count,
  variants: z.array(variantSchema),
  nextCursor,
});

export const releaseListSchema = z.object({ total: count, releases: z.array(releaseSummarySchema).describe("The newest first."), nextCursor });

export const channelListSchema = z.object({
  channels: z.array(z.object({ id: channelIdSchema, release: releaseReferenceSchema, movedAt: z.iso.datetime() })),
});

export const revocationListSchema = z.object({ total: count, revocations: z.array(revocationSchema).describe("The oldest first."), nextCursor });

export const artifactAnswerSchema = z.object({
  sha256: sha256Schema,
  sizeBytes: z.optional(sizeBytesSchema),
  url: z.string().optional().describe("Where this hub serves its bytes; absent when it does not hold them."),
  chunkListSha256: z.optional(sha256Schema).describe("Of the document that lists its chunks."),
  usedBy: z.array(z.object({ model: idSchema, variant: idSchema, path: z.string() })).describe("The published variants that hold it, the first hundred."),
});

const rules = z.int().positive().describe("Which rules told this; answers of other rules are not to be compared.");

export const deviceAnswerSchema = z.object({ device: deviceSchema });
export const deviceListSchema = z.object({ total: count, devices: z.array(deviceSchema) });
export const compatibilityListSchema = z.object({
  total: count.describe("Cells: rows times devices."),
  rules,
  compatibility: z.array(compatibilitySchema),
  nextCursor: z.string().optional().describe("Absent on the last page."),
});
export const choiceSchema = z.object({
  model: idSchema,
  variant: variantSchema.shape.id,
  framework: idSchema,
  verdict: compatibilitySchema.shape.verdict,
  neededBytes: z.int().nonnegative().optional(),
  decodeTokensPerSecond: z.number().nonnegative().optional(),
  reasons: z.array(z.string()),
});
export const recommendationSchema = z.object({
  device: idSchema,
  contextSize: z.int().positive(),
  rules,
  choices: z.array(choiceSchema).describe("The best first, at most a hundred."),
  rejected: count.describe("Pairs of a variant and a framework that do not suit."),
});

export const problemSchema = z.object({
  title: z.string().describe("What the status means."),
  status: z.int(),
  code: z.string().describe("For programs."),
  detail: z.string().describe("For people."),
});

/** What stands under `components.schemas`. */
export const namedSchemas = {
  ReleaseReference: releaseReferenceSchema,
  ReleaseSummary: releaseSummarySchema,
  ModelSummary: modelSummarySchema,
  ModelList: modelListSchema,
  Model: modelAnswerSchema,
  Manifest: manifestSchema,
  Variant: variantSchema,
  VariantList: variantListSchema,
  ReleaseList: releaseListSchema,
  ChannelList: channelListSchema,
  Revocation: revocationSchema,
  RevocationList: revocationListSchema,
  Artifact: artifactAnswerSchema,
  Device: deviceAnswerSchema,
  Compatibility: compatibilitySchema,
  DeviceList: deviceListSchema,
  CompatibilityList: compatibilityListSchema,
  Recommendation: recommendationSchema,
  Problem: problemSchema,
} as const;
