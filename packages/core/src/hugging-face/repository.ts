import { TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";

const textSchema = z.string().check(z.maxLength(10_000));

/** What the Hub says of a repository, as far as it is used. */
export const repositorySchema = z.object({
  name: z.string().check(z.regex(/^[\w.-]+\/[\w.-]+$/, "expected owner/name")),
  gated: z.optional(z.union([z.boolean(), z.string()])),
  task: z.nullish(textSchema),
  sha: z.optional(z.string().check(z.regex(/^[0-9a-f]{40}$/, "expected a commit of 40 hexadecimal digits"))),
  tags: z.optional(z.array(textSchema)),
  filePaths: z.optional(z.array(z.string())),
  /** Written by hand: anything may stand anywhere. */
  cardData: z.nullish(
    z.object({
      license: z.optional(z.unknown()),
      license_name: z.optional(z.unknown()),
      license_link: z.optional(z.unknown()),
      language: z.optional(z.unknown()),
    }),
  ),
  config: z.nullish(z.looseObject({ model_type: z.nullish(textSchema), chat_template_jinja: z.nullish(z.string()), tokenizer_config: z.nullish(z.unknown()) })),
  safetensors: z.nullish(z.object({ parameters: z.optional(z.record(z.string(), z.number())), total: z.optional(z.int()) })),
});
export type Repository = z.infer<typeof repositorySchema>;

/** @throws TenfoldError `invalid-manifest` saying what is not as it should be. */
export function readRepository(answer: unknown, what: string): Repository {
  const parsed = z.safeParse(repositorySchema, answer);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join(".") || "the answer").slice(0, 5);
  throw new TenfoldError("invalid-manifest", `The Hub describes ${what} in a way that is not understood: ${where.join(", ")}.`, { stage: "discovery", remedy });
}

const treeEntrySchema = z.object({
  type: z.string(),
  path: z.string(),
  size: z.int().check(z.nonnegative()),
  oid: z.optional(z.string()),
  lfs: z.nullish(z.object({ oid: z.string().check(z.regex(/^[0-9a-f]{64}$/, "expected a SHA-256")), size: z.int().check(z.nonnegative()) })),
});

/** A file of a repository at one commit. */
export interface RepositoryFile {
  path: string;
  sizeBytes: number;
  /** As the Hub claims it, for large files. Git names the others by an id that is no digest of their bytes alone. */
  sha256?: string;
  gitId?: string;
}

const mostFiles = 20_000;

/** @throws TenfoldError `invalid-manifest` for an answer that is none, or a repository of more files than any model has. */
export async function readTree(entries: AsyncIterable<unknown>, repository: string): Promise<RepositoryFile[]> {
  const files: RepositoryFile[] = [];
  for await (const entry of entries) {
    const parsed = z.safeParse(treeEntrySchema, entry);
    if (!parsed.success) throw new TenfoldError("invalid-manifest", `The Hub lists the files of ${repository} in a way that is not understood.`, { remedy });
    const { type, path, size, oid, lfs } = parsed.data;
    if (type !== "file") continue;
    if (files.length >= mostFiles) throw new TenfoldError("invalid-manifest", `${repository} has more than ${mostFiles} files.`, { remedy });
    files.push({ path, sizeBytes: lfs?.size ?? size, ...(lfs ? { sha256: lfs.oid } : oid === undefined ? {} : { gitId: oid }) });
  }
  return files;
}

export const remedy = "Update Tenfold; if that does not help, get the model from elsewhere.";
