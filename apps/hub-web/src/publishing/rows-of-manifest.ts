import type { Artifact, Source } from "@tenfold/catalog";
import { Prisma } from "../generated/prisma/client.ts";
import type { ModelDraft } from "./manifest-of-model.ts";

/** The columns of a model, `draftOfModel` the other way round. What a draft does not say is null in each of them: an update takes it away. */
export function modelColumns({ name, publisher, description, homepage, licence, deprecated, ...draft }: Omit<ModelDraft, "schemaVersion" | "id" | "variants">) {
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
    dimensions: draft.dimensions ?? Prisma.DbNull,
    deprecation: deprecated?.reason ?? null,
  };
}

export function variantColumns(
  { format, quantization, frameworks, target, minimumMemoryBytes }: Omit<ModelDraft["variants"][number], "artifacts">,
  position: number,
) {
  return {
    position,
    format,
    quantization: quantization ?? null,
    frameworks: frameworks ?? [],
    target: target ?? Prisma.DbNull,
    minimumMemoryBytes: minimumMemoryBytes ?? null,
  };
}

export function artifactColumns({ role, sizeBytes, sha256, chunkList, archive }: Omit<Artifact, "path" | "sources">, position: number) {
  return {
    position,
    role,
    sizeBytes: sizeBytes?.value ?? null,
    sizeEvidence: sizeBytes?.evidence ?? Prisma.DbNull,
    sha256: sha256?.value ?? null,
    sha256Evidence: sha256?.evidence ?? Prisma.DbNull,
    chunkListSha256: chunkList?.value ?? null,
    chunkListEvidence: chunkList?.evidence ?? Prisma.DbNull,
    archive: archive ?? Prisma.DbNull,
  };
}

export function sourceColumns(source: Source, position: number) {
  if (source.kind === "hub") return { position, kind: source.kind };
  if (source.kind === "https") return { position, kind: source.kind, url: source.url };
  const { kind, repository, path, revision } = source;
  return { position, kind, repository, path, ...(revision && { revision: revision.value, revisionEvidence: revision.evidence }) };
}
