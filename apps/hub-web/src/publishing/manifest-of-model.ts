import { type Artifact, type Evidence, type Manifest, manifestSchema, parse, type Source } from "@tenfold/catalog";
import type { Prisma } from "../generated/prisma/client.ts";

/** What has to be loaded with a model to make its manifest. */
export const manifestInclude = {
  variants: {
    orderBy: { position: "asc" },
    include: { artifacts: { orderBy: { position: "asc" }, include: { sources: { orderBy: { position: "asc" } } } } },
  },
} as const satisfies Prisma.ModelInclude;

export type ModelRow = Prisma.ModelGetPayload<{ include: typeof manifestInclude }>;
type VariantRow = ModelRow["variants"][number];
type ArtifactRow = VariantRow["artifacts"][number];
type SourceRow = ArtifactRow["sources"][number];

/** In the shape of a manifest, and not checked: a draft may lack what a manifest needs. */
export type ModelDraft = Manifest;

/**
 * The manifest that publishes a model as it stands in the database.
 * @throws TenfoldError `invalid-manifest` when the rows do not make one.
 */
export function manifestOfModel(row: ModelRow): Manifest {
  return parse(manifestSchema, draftOfModel(row), `manifest of ${row.id}`);
}

/** A model as it stands in the database. */
export function draftOfModel(row: ModelRow): ModelDraft {
  const manifest = {
    schemaVersion: 1,
    id: row.id,
    name: row.name,
    publisher: row.publisher,
    description: row.description,
    homepage: row.homepage,
    licence: present({ id: row.licenceId, name: row.licenceName, url: row.licenceUrl, gated: row.licenceGated, requiresConsent: row.licenceConsent }),
    architecture: row.architecture,
    parameterCount: row.parameterCount === null ? null : Number(row.parameterCount),
    contextLength: row.contextLength,
    languages: row.languages.length > 0 ? row.languages : null,
    capabilities: row.capabilities,
    tokenizer: row.tokenizer,
    chatTemplate: row.chatTemplate,
    defaults: row.defaults,
    dimensions: row.dimensions,
    deprecated: row.deprecation === null ? null : { reason: row.deprecation },
    variants: row.variants.map(variant),
  };
  return present(manifest) as ModelDraft;
}

function variant(row: VariantRow) {
  return present({
    id: row.name,
    format: row.format,
    quantization: row.quantization,
    frameworks: row.frameworks.length > 0 ? row.frameworks : null,
    target: row.target,
    minimumMemoryBytes: row.minimumMemoryBytes === null ? null : Number(row.minimumMemoryBytes),
    artifacts: row.artifacts.map(artifact),
  });
}

function artifact(row: ArtifactRow) {
  return present({
    path: row.path,
    role: row.role as Artifact["role"],
    sources: row.sources.map(source),
    sizeBytes: evidenced(row.sizeBytes === null ? null : Number(row.sizeBytes), row.sizeEvidence),
    sha256: evidenced(row.sha256, row.sha256Evidence),
    chunkList: evidenced(row.chunkListSha256, row.chunkListEvidence),
    archive: row.archive,
  });
}

function source({ kind, url, repository, path, revision, revisionEvidence }: SourceRow) {
  return present({ kind: kind as Source["kind"], url, repository, path, revision: evidenced(revision, revisionEvidence) });
}

function evidenced<Value>(value: Value | null, evidence: unknown) {
  return value === null ? null : { value, evidence: evidence as Evidence };
}

/** In the database what is not known is null; in a document it is absent. */
function present<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: NonNullable<Fields[Key]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as { [Key in keyof Fields]?: NonNullable<Fields[Key]> };
}
