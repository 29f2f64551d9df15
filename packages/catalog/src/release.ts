import * as z from "zod/mini";
import { capabilitiesSchema } from "./model.ts";
import { idSchema, sha256Schema, sizeBytesSchema, timestampSchema } from "./values.ts";

export const channelIdSchema = z.enum(["stable", "beta"]);
export type ChannelId = z.infer<typeof channelIdSchema>;

/** A document named by its digest, served under `catalog/sha256/<digest>` and never changed. */
export const documentReferenceSchema = z.object({ sha256: sha256Schema, sizeBytes: sizeBytesSchema });
export type DocumentReference = z.infer<typeof documentReferenceSchema>;

/** What a list needs to show, so that listing a catalog is one request. */
export const releaseEntrySchema = z.object({
  id: idSchema,
  name: z.string(),
  publisher: z.string(),
  licence: z.string(),
  parameterCount: z.optional(z.int().check(z.positive())),
  contextLength: z.optional(z.int().check(z.positive())),
  capabilities: capabilitiesSchema,
  formats: z.array(z.string()),
  manifest: documentReferenceSchema,
});
export type ReleaseEntry = z.infer<typeof releaseEntrySchema>;

/**
 * What must no longer be used: a model, one variant of it, or every variant that holds a file of this SHA-256. Signed
 * with the release that carries it.
 */
export const revocationSchema = z
  .object({
    model: z.optional(idSchema),
    variant: z.optional(idSchema),
    sha256: z.optional(sha256Schema),
    reason: z.string().check(z.minLength(1), z.maxLength(1000)),
    at: timestampSchema,
  })
  .check(
    z.refine(
      ({ model, variant, sha256 }) => (model !== undefined || sha256 !== undefined) && (variant === undefined || model !== undefined),
      "expected a model, a variant with its model, or a SHA-256",
    ),
  );
export type Revocation = z.infer<typeof revocationSchema>;

/** Everything a hub published at one moment. Immutable, numbered, named by its digest. */
export const releaseSchema = z.object({
  schemaVersion: z.literal(1),
  number: z.int().check(z.positive()),
  publishedAt: timestampSchema,
  models: z.array(releaseEntrySchema),
  /** What has changed, in its publisher's words. */
  note: z.optional(z.string().check(z.maxLength(2000))),
  /** The release whose contents this one brings back. */
  restores: z.optional(z.int().check(z.positive())),
  /** Models that nobody but their author has approved. */
  approvedByAuthor: z.optional(z.array(idSchema)),
  /** Everything that was ever revoked and still is. */
  revocations: z.optional(z.array(revocationSchema)),
});
export type Release = z.infer<typeof releaseSchema>;

/** Path of a release among the signed targets of a hub. */
export function releaseTargetPath(number: number): string {
  return `releases/${number}.json`;
}

/** What a hub's keys say of a release besides its length and digest: `custom` of its target. */
export const releaseTargetSchema = z.object({ number: z.int().check(z.positive()), channels: z.array(z.string()) });

/** Which release a channel points to, for people and scripts. Unsigned: clients ask the signed targets, which say the same. */
export const channelSchema = z.object({
  schemaVersion: z.literal(1),
  channel: channelIdSchema,
  number: z.int().check(z.positive()),
  release: documentReferenceSchema,
});
export type Channel = z.infer<typeof channelSchema>;
