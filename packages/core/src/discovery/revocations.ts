import type { Manifest, Revocation, Variant } from "@tenfold/catalog";
import { filesOf } from "../install/artifact-files.ts";
import type { ModelSource } from "../registry/model-source.ts";
import type { SourcedManifest } from "../registry/registry.ts";

/** What holds for the models of one hub: all that it revokes itself, and every file that any source revokes. */
export async function revocationsFor(sources: readonly ModelSource[], hubUrl: string, signal?: AbortSignal): Promise<Revocation[]> {
  const found: Revocation[] = [];
  for (const source of sources) {
    const revocations = (await source.revocations?.(signal)) ?? [];
    // One hub's names are not another's: only a digest means the same everywhere.
    found.push(...(source.hubUrl === hubUrl ? revocations : revocations.filter(({ model }) => model === undefined)));
  }
  return found;
}

/** A model without those of its variants that may no longer be used; undefined when none is left. */
export async function withoutRevoked(
  { manifest, source }: SourcedManifest,
  sources: readonly ModelSource[],
  signal?: AbortSignal,
): Promise<Manifest | undefined> {
  const revocations = await revocationsFor(sources, source.hubUrl ?? "", signal);
  const variants = manifest.variants.filter((variant) => isRevoked(revocations, manifest, variant) === undefined);
  return variants.length > 0 ? { ...manifest, variants } : undefined;
}

/** When and why a variant was revoked, if it was. */
export function isRevoked(
  revocations: readonly Revocation[],
  { id, revoked }: Pick<Manifest, "id"> & Partial<Pick<Manifest, "revoked">>,
  variant: Variant,
): { at: string; reason: string } | undefined {
  if (revoked) return revoked;
  const digests = new Set(variant.artifacts.flatMap((artifact) => [artifact.sha256?.value, ...filesOf(artifact).map(({ sha256 }) => sha256)]));
  return revocations.find(
    (one) =>
      (one.model === undefined || one.model === id) &&
      (one.variant === undefined || one.variant === variant.id) &&
      (one.sha256 === undefined || digests.has(one.sha256)),
  );
}
