import * as z from "zod/mini";
import { evidenced } from "./evidence.ts";
import { knownEntries } from "./known-entries.ts";
import { filePathSchema, idSchema, sha256Schema, sizeBytesSchema } from "./values.ts";

/** Where the bytes of an artifact can be had. */
export const sourceSchema = z.discriminatedUnion("kind", [
  /** The hub that published the manifest, under `artifacts/sha256/<digest>`. */
  z.object({ kind: z.literal("hub") }),
  z.object({ kind: z.literal("https"), url: z.url({ protocol: /^https?$/ }) }),
  z.object({
    kind: z.literal("hugging-face"),
    repository: z.string().check(z.regex(/^[\w.-]+\/[\w.-]+$/, "expected owner/name")),
    path: filePathSchema,
    /** A commit, when it is known; without it the source follows the branch `main`. */
    revision: z.optional(evidenced(z.string().check(z.regex(/^[0-9a-f]{40}$/, "expected a commit of 40 hexadecimal digits")))),
  }),
]);
export type Source = z.infer<typeof sourceSchema>;

const sourceKinds = sourceSchema.def.options.flatMap(({ shape }) => shape.kind.def.values);
/** Clients try them in order, and pass over the kinds they do not know. */
export const sourcesSchema = knownEntries(z.array(sourceSchema).check(z.maxLength(16)), sourceKinds, (source) =>
  typeof source === "object" && source !== null && "kind" in source ? source.kind : undefined,
);

export const artifactRoleSchema = z.enum(["weights", "tokenizer", "configuration", "chat-template", "projector", "adapter", "library", "other"]);
export type ArtifactRole = z.infer<typeof artifactRoleSchema>;

export const archiveKindSchema = z.enum(["tar", "tar.gz", "zip"]);
export type ArchiveKind = z.infer<typeof archiveKindSchema>;

/** A file inside an archive: these are the files of the model. */
export const archiveMemberSchema = z.object({ path: filePathSchema, role: artifactRoleSchema, sizeBytes: sizeBytesSchema, sha256: sha256Schema });
export type ListedMember = z.infer<typeof archiveMemberSchema>;

/** What an archive holds, all of it. Clients keep the members and drop the archive. */
export const archiveSchema = z.object({ kind: archiveKindSchema, members: z.array(archiveMemberSchema).check(z.minLength(1), z.maxLength(10_000)) });
export type Archive = z.infer<typeof archiveSchema>;

/** One file of a variant. Without a digest it is listed but not installable. */
export const artifactSchema = z.object({
  path: filePathSchema,
  role: artifactRoleSchema,
  sources: sourcesSchema,
  sizeBytes: z.optional(evidenced(sizeBytesSchema)),
  sha256: z.optional(evidenced(sha256Schema)),
  /** SHA-256 of the {@link chunkList} document, which is fetched by that digest. */
  chunkList: z.optional(evidenced(sha256Schema)),
  archive: z.optional(archiveSchema),
});
export type Artifact = z.infer<typeof artifactSchema>;

export const chunkSizeBytes = 8 * 1024 * 1024;

/** SHA-256 of each chunk of a file, so that a damaged or interrupted file is repaired chunk by chunk. */
export const chunkListSchema = z
  .object({
    schemaVersion: z.literal(1),
    sha256: sha256Schema,
    sizeBytes: sizeBytesSchema,
    chunkSizeBytes: z.int().check(z.gte(64 * 1024), z.lte(1024 ** 3)),
    chunks: z.array(sha256Schema).check(z.maxLength(1_000_000)),
  })
  .check(z.refine((list) => list.chunks.length === Math.ceil(list.sizeBytes / list.chunkSizeBytes), "expected as many chunks as the size asks for"));
export type ChunkList = z.infer<typeof chunkListSchema>;

/** Which hardware an artifact or variant is made for, when a publisher ships several builds. */
export const targetSchema = z.object({ chip: z.optional(idSchema), os: z.optional(idSchema), minimumOsVersion: z.optional(z.string()) });
