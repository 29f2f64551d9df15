import type { Artifact } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import type { ModelDraft } from "../publishing/manifest-of-model.ts";
import { artifactColumns, modelColumns, sourceColumns, variantColumns } from "../publishing/rows-of-manifest.ts";

/** Writes a model's rows as the draft says. Rows of variants and files that stay are kept: other tables refer to them. */
export async function writeDraft(transaction: Transaction, draft: ModelDraft): Promise<void> {
  const columns = modelColumns(draft);
  await transaction.model.upsert({ where: { id: draft.id }, create: { id: draft.id, ...columns }, update: columns });
  await transaction.variant.deleteMany({ where: { modelId: draft.id, name: { notIn: draft.variants.map(({ id }) => id) } } });
  for (const [position, variant] of draft.variants.entries()) {
    const given = variantColumns(variant, position);
    const key = { modelId: draft.id, name: variant.id };
    const { id } = await transaction.variant.upsert({ where: { modelId_name: key }, create: { ...key, ...given }, update: given });
    await writeArtifacts(transaction, id, variant.artifacts);
  }
}

async function writeArtifacts(transaction: Transaction, variantId: number, artifacts: readonly Artifact[]): Promise<void> {
  await transaction.artifact.deleteMany({ where: { variantId, path: { notIn: artifacts.map(({ path }) => path) } } });
  for (const [position, { path, sources, ...artifact }] of artifacts.entries()) {
    const columns = artifactColumns(artifact, position);
    const key = { variantId, path };
    const { id } = await transaction.artifact.upsert({ where: { variantId_path: key }, create: { ...key, ...columns }, update: columns });
    await transaction.source.deleteMany({ where: { artifactId: id } });
    await transaction.source.createMany({ data: sources.map((source, place) => ({ artifactId: id, ...sourceColumns(source, place) })) });
  }
}
