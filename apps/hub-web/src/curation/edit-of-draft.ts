import type { Artifact, Source } from "@tenfold/catalog";
import type { ModelDraft } from "../publishing/manifest-of-model.ts";
import type { ArtifactEdit, ModelEdit, SourceEdit } from "./model-edit.ts";

/** What a form shows of a model: the values without who vouches for them. */
export function editOfDraft({ schemaVersion: _version, revoked: _revoked, variants, ...fields }: ModelDraft): ModelEdit {
  return { ...fields, variants: variants.map(({ artifacts, ...variant }) => ({ ...variant, artifacts: artifacts.map(artifact) })) } as ModelEdit;
}

function artifact({ path, role, sizeBytes, sha256, archive, sources }: Artifact): ArtifactEdit {
  return {
    path,
    role,
    ...(sizeBytes && { sizeBytes: sizeBytes.value }),
    ...(sha256 && { sha256: sha256.value }),
    ...(archive && { archive }),
    sources: sources.map(source),
  };
}

function source(source: Source): SourceEdit {
  if (source.kind !== "hugging-face") return source;
  const { revision, ...rest } = source;
  return { ...rest, ...(revision && { revision: revision.value }) };
}
