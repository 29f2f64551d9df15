import type { Artifact } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import { createDocument } from "../publishing/create-document.ts";
import { draftOfModel, manifestInclude, manifestOfModel } from "../publishing/manifest-of-model.ts";
import { manifestSummary } from "../publishing/manifest-summary.ts";
import { artifactColumns, modelColumns, sourceColumns, variantColumns } from "../publishing/rows-of-manifest.ts";
import { saveDocuments } from "../publishing/save-documents.ts";
import type { StarterModel, StarterVariant } from "./starter-schema.ts";

/** A starter model with its files taken in. */
export interface ModelToCreate {
  readonly model: Omit<StarterModel, "variants">;
  readonly variants: readonly { readonly variant: Omit<StarterVariant, "artifacts">; readonly artifacts: readonly Artifact[] }[];
}

/**
 * Models where nothing stands yet, approved as they are: a query for each table, however many there are, because a person waits for the first start.
 * What `writeDraft`, `recordRevision` and `approveManifest` do for one model at a time.
 */
export async function createModels(transaction: Transaction, models: readonly ModelToCreate[]): Promise<void> {
  await transaction.model.createMany({ data: models.map(({ model }) => ({ id: model.id, ...modelColumns(model) })) });
  const variants = await transaction.variant.createManyAndReturn({
    data: models.flatMap(({ model, variants }) =>
      variants.map(({ variant }, position) => ({ modelId: model.id, name: variant.id, ...variantColumns(variant, position) })),
    ),
    select: { id: true, modelId: true, name: true },
  });
  const variantIds = new Map(variants.map(({ id, modelId, name }) => [`${modelId} ${name}`, id]));
  const files = models.flatMap(({ model, variants }) =>
    variants.flatMap(({ variant, artifacts }) =>
      artifacts.map((artifact, position) => ({ variantId: idIn(variantIds, `${model.id} ${variant.id}`), artifact, position })),
    ),
  );
  const artifacts = await transaction.artifact.createManyAndReturn({
    data: files.map(({ variantId, artifact: { path, sources: _sources, ...artifact }, position }) => ({
      variantId,
      path,
      ...artifactColumns(artifact, position),
    })),
    select: { id: true, variantId: true, path: true },
  });
  const artifactIds = new Map(artifacts.map(({ id, variantId, path }) => [`${variantId} ${path}`, id]));
  await transaction.source.createMany({
    data: files.flatMap(({ variantId, artifact: { path, sources } }) =>
      sources.map((source, place) => ({ artifactId: idIn(artifactIds, `${variantId} ${path}`), ...sourceColumns(source, place) })),
    ),
  });
  await approveAll(transaction);
}

async function approveAll(transaction: Transaction): Promise<void> {
  const rows = await transaction.model.findMany({ include: manifestInclude });
  const manifests = rows.map(manifestOfModel);
  const documents = manifests.map((manifest) => createDocument("manifest", manifest));
  await saveDocuments(transaction, documents);
  const digestOf = new Map(manifests.map(({ id }, index) => [id, documents[index]?.sha256 ?? ""]));
  await transaction.manifest.createMany({
    data: manifests.map((manifest) => ({ sha256: digestOf.get(manifest.id) ?? "", ...manifestSummary(manifest) })),
    skipDuplicates: true,
  });
  await transaction.modelRevision.createMany({
    data: rows.map((row) => ({ modelId: row.id, number: 1, content: draftOfModel(row) as unknown as Prisma.InputJsonObject, actor: "hub" })),
  });
  const [ids, digests] = [[...digestOf.keys()], [...digestOf.values()]];
  await transaction.$executeRaw`
    update model set revision = 1, state = 'approved', approved_revision = 1, approved_sha256 = digests.sha256
    from unnest(${ids}::text[], ${digests}::text[]) as digests(id, sha256) where model.id = digests.id`;
}

function idIn(ids: ReadonlyMap<string, number>, key: string): number {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`no row was made for ${key}`);
  return id;
}
