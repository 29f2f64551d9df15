import type { Artifact, Evidence, Evidenced, Source } from "@tenfold/catalog";
import type { ModelDraft } from "../publishing/manifest-of-model.ts";
import type { ArtifactEdit, ModelEdit, SourceEdit } from "./model-edit.ts";

/**
 * What an edit makes of a model. A value that stays as it was keeps its evidence; one that a curator writes is claimed by that
 * curator, whatever stood there before: only reading bytes verifies.
 */
export function draftOfEdit(edit: ModelEdit, before: ModelDraft | undefined, claim: { readonly by: string; readonly at: Date }): ModelDraft {
  const evidence: Evidence = { kind: "claimed", by: claim.by, at: claim.at.toISOString() };
  const variants = edit.variants.map(({ artifacts, ...variant }) => {
    const old = before?.variants.find(({ id }) => id === variant.id);
    return {
      ...variant,
      artifacts: artifacts.map((one) =>
        artifact(
          one,
          old?.artifacts.find(({ path }) => path === one.path),
        ),
      ),
    };
  });
  return { schemaVersion: 1, ...edit, variants } as ModelDraft;

  function artifact({ path, role, sizeBytes, sha256, archive, sources }: ArtifactEdit, old: Artifact | undefined): Artifact {
    const isSameFile = sha256 !== undefined && old?.sha256?.value === sha256;
    return {
      path,
      role,
      sources: sources.map((one) => source(one, old)),
      ...known("sizeBytes", sizeBytes, old?.sizeBytes),
      ...known("sha256", sha256, old?.sha256),
      ...(isSameFile && old.chunkList && { chunkList: old.chunkList }),
      ...(archive && { archive }),
    };
  }

  function source(one: SourceEdit, old: Artifact | undefined): Source {
    if (one.kind !== "hugging-face") return one;
    const { revision, ...rest } = one;
    const same = old?.sources.find((other) => other.kind === "hugging-face" && other.repository === one.repository && other.path === one.path);
    return { ...rest, ...known("revision", revision, same?.kind === "hugging-face" ? same.revision : undefined) };
  }

  function known<Name extends string, Value>(name: Name, value: Value | undefined, old: Evidenced<Value> | undefined) {
    if (value === undefined) return {};
    return { [name]: old?.value === value ? old : { value, evidence } } as { [Key in Name]?: Evidenced<Value> };
  }
}
