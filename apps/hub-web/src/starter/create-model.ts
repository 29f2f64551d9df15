import type { Artifact, Source } from "@tenfold/catalog";
import type { Transaction } from "../database/transaction.ts";
import type { StarterModel, StarterVariant } from "./starter-schema.ts";

/** A starter model with its files taken in. */
export interface ModelToCreate {
  readonly model: Omit<StarterModel, "variants">;
  readonly variants: readonly { readonly variant: Omit<StarterVariant, "artifacts">; readonly artifacts: readonly Artifact[] }[];
}

export async function createModel(transaction: Transaction, { model, variants }: ModelToCreate): Promise<void> {
  const { id, name, publisher, description, homepage, licence, architecture, parameterCount, contextLength, languages, capabilities, tokenizer, chatTemplate, defaults } = model;
  await transaction.model.create({
    data: {
      id,
      name,
      publisher,
      description,
      homepage: homepage ?? null,
      licenceId: licence.id,
      licenceName: licence.name ?? null,
      licenceUrl: licence.url ?? null,
      licenceGated: licence.gated,
      licenceConsent: licence.requiresConsent ?? null,
      architecture: architecture ?? null,
      parameterCount: parameterCount ?? null,
      contextLength: contextLength ?? null,
      languages: languages ?? [],
      capabilities,
      ...(tokenizer && { tokenizer }),
      ...(chatTemplate && { chatTemplate }),
      ...(defaults && { defaults }),
      variants: {
        create: variants.map(({ variant, artifacts }, position) => ({
          name: variant.id,
          position,
          format: variant.format,
          quantization: variant.quantization ?? null,
          frameworks: variant.frameworks ?? [],
          ...(variant.target && { target: variant.target }),
          minimumMemoryBytes: variant.minimumMemoryBytes ?? null,
          artifacts: { create: artifacts.map(artifactRow) },
        })),
      },
    },
  });
}

export function artifactRow({ path, role, sources, sizeBytes, sha256, chunkList, archive }: Artifact, position: number) {
  return {
    path,
    role,
    position,
    ...(sizeBytes && { sizeBytes: sizeBytes.value, sizeEvidence: sizeBytes.evidence }),
    ...(sha256 && { sha256: sha256.value, sha256Evidence: sha256.evidence }),
    ...(chunkList && { chunkListSha256: chunkList.value, chunkListEvidence: chunkList.evidence }),
    ...(archive && { archive }),
    sources: { create: sources.map(sourceRow) },
  };
}

export function sourceRow(source: Source, position: number) {
  if (source.kind === "hub") return { position, kind: source.kind };
  if (source.kind === "https") return { position, kind: source.kind, url: source.url };
  const { kind, repository, path, revision } = source;
  return { position, kind, repository, path, ...(revision && { revision: revision.value, revisionEvidence: revision.evidence }) };
}
