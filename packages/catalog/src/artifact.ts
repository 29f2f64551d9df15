import { z } from "zod";
import { evidenced } from "./evidence.ts";
import { filePathSchema, idSchema, sha256Schema, sizeBytesSchema } from "./values.ts";

/** Where the bytes of an artifact can be had. Clients try them in order and skip the kinds they do not know. */
export const sourceSchema = z.discriminatedUnion("kind", [
  /** The hub that published the manifest, under `artifacts/sha256/<digest>`. */
  z.object({ kind: z.literal("hub") }),
  z.object({ kind: z.literal("https"), url: z.url({ protocol: /^https?$/ }) }),
  z.object({
    kind: z.literal("hugging-face"),
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, "expected owner/name"),
    path: filePathSchema,
    /** A commit, when it is known; without it the source follows the branch `main`. */
    revision: evidenced(z.string().regex(/^[0-9a-f]{40}$/, "expected a commit of 40 hexadecimal digits")).optional(),
  }),
]);
export type Source = z.infer<typeof sourceSchema>;

export const artifactRoleSchema = z.enum(["weights", "tokenizer", "configuration", "chat-template", "projector", "adapter", "library", "other"]);
export type ArtifactRole = z.infer<typeof artifactRoleSchema>;

/** One file of a variant. Without a digest it is listed but not installable. */
export const artifactSchema = z.object({
  path: filePathSchema,
  role: artifactRoleSchema,
  sources: z.array(sourceSchema).max(16),
  sizeBytes: evidenced(sizeBytesSchema).optional(),
  sha256: evidenced(sha256Schema).optional(),
  /** SHA-256 of the {@link chunkList} document, which is fetched by that digest. */
  chunkList: evidenced(sha256Schema).optional(),
});
export type Artifact = z.infer<typeof artifactSchema>;

export const chunkSizeBytes = 8 * 1024 * 1024;

/** SHA-256 of each chunk of a file, so that a damaged or interrupted file is repaired chunk by chunk. */
export const chunkListSchema = z
  .object({
    schemaVersion: z.literal(1),
    sha256: sha256Schema,
    sizeBytes: z.int().positive(),
    chunkSizeBytes: z
      .int()
      .min(64 * 1024)
      .max(1024 ** 3),
    chunks: z.array(sha256Schema).min(1).max(1_000_000),
  })
  .refine((list) => list.chunks.length === Math.ceil(list.sizeBytes / list.chunkSizeBytes), "expected as many chunks as the size asks for");
export type ChunkList = z.infer<typeof chunkListSchema>;

/** Which hardware an artifact or variant is made for, when a publisher ships several builds. */
export const targetSchema = z.object({ chip: idSchema.optional(), os: idSchema.optional(), minimumOsVersion: z.string().optional() });
