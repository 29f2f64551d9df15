import { z } from "zod";

/** What one look at a variant found. */
export const checkSchema = z.object({
  name: z.enum(["files", "format", "metadata", "tokenizer", "chat template", "framework", "generation"]),
  /** `noted`: true, and worth a person's attention, but no reason to refuse. */
  outcome: z.enum(["passed", "failed", "noted", "skipped"]),
  /** In plain words, for people. */
  detail: z.string(),
});
export type Check = Readonly<z.infer<typeof checkSchema>>;

/** A file as it was read. */
export const verifiedFileSchema = z.object({
  path: z.string(),
  /** "this hub", or the host that it came from. */
  from: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  chunkListSha256: z.string(),
  /** What was claimed before. */
  claimedSizeBytes: z.number().exactOptional(),
  claimedSha256: z.string().exactOptional(),
});
export type VerifiedFile = Readonly<z.infer<typeof verifiedFileSchema>>;
