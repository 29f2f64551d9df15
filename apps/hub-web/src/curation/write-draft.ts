import type { Artifact } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import { Prisma } from "../generated/prisma/client.ts";
import type { ModelDraft } from "../publishing/manifest-of-model.ts";
import { artifactRow } from "../starter/create-model.ts";

/** Writes a model's rows as the draft says. Rows of variants and files that stay are kept: other tables refer to them. */
export async function writeDraft(transaction: Transaction, draft: ModelDraft): Promise<void> {
  const fields = modelFields(draft);
  await transaction.model.upsert({ where: { id: draft.id }, create: { id: draft.id, ...fields }, update: fields });
  await transaction.variant.deleteMany({ where: { modelId: draft.id, name: { notIn: draft.variants.map(({ id }) => id) } } });
  for (const [position, variant] of draft.variants.entries()) {
    const columns = {
      position,
      format: variant.format,
      quantization: variant.quantization ?? null,
      frameworks: variant.frameworks ?? [],
      target: variant.target ?? Prisma.DbNull,
      minimumMemoryBytes: variant.minimumMemoryBytes ?? null,
    };
    const key = { modelId: draft.id, name: variant.id };
    const { id } = await transaction.variant.upsert({ where: { modelId_name: key }, create: { ...key, ...columns }, update: columns });
    await writeArtifacts(transaction, id, variant.artifacts);
  }
}

async function writeArtifacts(transaction: Transaction, variantId: number, artifacts: readonly Artifact[]): Promise<void> {
  await transaction.artifact.deleteMany({ where: { variantId, path: { notIn: artifacts.map(({ path }) => path) } } });
  for (const [position, artifact] of artifacts.entries()) {
    const { path, sources, ...given } = artifactRow(artifact, position);
    const columns = { ...nothing, ...given };
    const key = { variantId, path };
    const { id } = await transaction.artifact.upsert({ where: { variantId_path: key }, create: { ...key, ...columns }, update: columns });
    await transaction.source.deleteMany({ where: { artifactId: id } });
    await transaction.source.createMany({ data: sources.create.map((source) => ({ artifactId: id, ...source })) });
  }
}

const nothing = {
  sizeBytes: null,
  sizeEvidence: Prisma.DbNull,
  sha256: null,
  sha256Evidence: Prisma.DbNull,
  chunkListSha256: null,
  chunkListEvidence: Prisma.DbNull,
  archive: Prisma.DbNull,
};

function modelFields({ name, publisher, description, homepage, licence, deprecated, ...draft }: ModelDraft) {
  return {
    name,
    publisher,
    description,
    homepage: homepage ?? null,
    licenceId: licence.id,
    licenceName: licence.name ?? null,
    licenceUrl: licence.url ?? null,
    licenceGated: licence.gated,
    licenceConsent: licence.requiresConsent ?? null,
    architecture: draft.architecture ?? null,
    parameterCount: draft.parameterCount ?? null,
    contextLength: draft.contextLength ?? null,
    languages: draft.languages ?? [],
    capabilities: draft.capabilities,
    tokenizer: draft.tokenizer ?? Prisma.DbNull,
    chatTemplate: draft.chatTemplate ?? Prisma.DbNull,
    defaults: draft.defaults ?? Prisma.DbNull,
    deprecation: deprecated?.reason ?? null,
  };
}
