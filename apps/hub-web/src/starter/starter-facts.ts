import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dimensionsSchema, parse, sha256Schema, sizeBytesSchema } from "@tenfold/catalog";
import { z } from "zod";

const who = { claimedBy: z.string().min(1), what: z.string().min(1) };
const commit = z.string().regex(/^[0-9a-f]{40}$/);
const repositoryFile = z.strictObject({
  repository: z.string(),
  path: z.string(),
  revision: commit.optional(),
  sizeBytes: z.optional(sizeBytesSchema),
  sha256: z.optional(sha256Schema),
});
const filesSchema = z.strictObject({ ...who, files: z.array(repositoryFile) });
const pythonSchema = z.strictObject({
  ...who,
  files: z.array(z.strictObject({ package: z.string(), path: z.string(), sizeBytes: sizeBytesSchema, sha256: sha256Schema })),
});
const { source: _source, ...dimensionsShape } = dimensionsSchema.shape;
const dimensionsFileSchema = z.strictObject({ ...who, models: z.record(z.string(), z.strictObject({ ...dimensionsShape, repository: z.string() })) });
const packageOf = { package: z.string(), version: z.string(), what: z.string() };
const webLlmSchema = z.strictObject({ ...packageOf, models: z.array(z.strictObject({ id: z.string(), repository: z.string(), library: z.url() })) });
const executorchFile = z.strictObject({ repository: z.string(), tag: z.string(), path: z.string(), role: z.enum(["weights", "tokenizer", "configuration"]) });
const executorchSchema = z.strictObject({ ...packageOf, models: z.array(z.strictObject({ id: z.string(), files: z.array(executorchFile).min(1) })) });
const sightingsSchema = z.strictObject({
  what: who.what,
  places: z.array(z.strictObject({ where: z.string().min(1), repositories: z.array(z.string()), files: z.array(z.string()) })),
});

/** Files of `starter/facts` that say something of files in repositories. */
const fileLists = ["gallery-index", "chat-application", "litert-lm"] as const;

export type RepositoryFact = z.output<typeof repositoryFile> & { readonly claimedBy: string };

/** What somebody has said of models before us, and who: every digest, size and revision of the starter catalog comes from here. */
export interface StarterFacts {
  readonly files: readonly RepositoryFact[];
  readonly python: z.output<typeof pythonSchema>;
  readonly dimensions: z.output<typeof dimensionsFileSchema>;
  readonly webLlm: z.output<typeof webLlmSchema>;
  readonly executorch: z.output<typeof executorchSchema>;
  /** Where names were seen that no other list has: of repositories, and of files that nobody gives an address for. */
  readonly sightings: z.output<typeof sightingsSchema>;
}

/** @throws TenfoldError `invalid-manifest` naming the file and what is wrong in it. */
export async function readStarterFacts(starterFolder: string): Promise<StarterFacts> {
  const read = async <Schema extends z.ZodType>(name: string, schema: Schema) =>
    parse(schema, JSON.parse(await readFile(join(starterFolder, "facts", `${name}.json`), "utf8")), `facts/${name}.json`);
  const lists = await Promise.all(fileLists.map((name) => read(name, filesSchema)));
  return {
    files: lists.flatMap(({ claimedBy, files }) => files.map((file) => ({ ...file, claimedBy }))),
    python: await read("python-package", pythonSchema),
    dimensions: await read("dimensions", dimensionsFileSchema),
    webLlm: await read("web-llm", webLlmSchema),
    executorch: await read("react-native-executorch", executorchSchema),
    sightings: await read("sightings", sightingsSchema),
  };
}

/** What is said of a file of a repository: one list may know its size, another its digest. The one that knows a digest comes first. */
export function factsOf(facts: StarterFacts, repository: string, path: string): RepositoryFact | undefined {
  const found = facts.files.filter((file) => file.repository === repository && file.path === path);
  return found.find(({ sha256, sizeBytes }) => sha256 !== undefined && sizeBytes !== undefined) ?? found.find(({ sha256 }) => sha256 !== undefined) ?? found[0];
}
