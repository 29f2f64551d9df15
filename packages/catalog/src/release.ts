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

/** Everything a hub published at one moment. Immutable, numbered, named by its digest. */
export const releaseSchema = z.object({
  schemaVersion: z.literal(1),
  number: z.int().check(z.positive()),
  publishedAt: timestampSchema,
  models: z.array(releaseEntrySchema),
});
export type Release = z.infer<typeof releaseSchema>;

/** The one mutable document of a catalog: which release a channel points to. Unsigned until the hub signs with TUF. */
export const channelSchema = z.object({
  schemaVersion: z.literal(1),
  channel: channelIdSchema,
  number: z.int().check(z.positive()),
  release: documentReferenceSchema,
});
export type Channel = z.infer<typeof channelSchema>;
