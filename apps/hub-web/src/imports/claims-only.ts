import type { Artifact, Evidence, Manifest } from "@tenfold/catalog";

/**
 * A manifest as this hub may take it in from elsewhere: what somebody else has verified is to this hub a claim of theirs, and the files that they
 * hold are not held here.
 * @param by whose word it is.
 */
export function claimsOnly(manifest: Manifest, by: string, at: string): Manifest {
  const { revoked: _theirs, ...rest } = manifest;
  const claim = (evidence: Evidence): Evidence => (evidence.kind === "claimed" ? evidence : { kind: "claimed", by, at });
  const known = <Value>(value: { value: Value; evidence: Evidence }) => ({ ...value, evidence: claim(value.evidence) });
  const artifact = ({ chunkList: _notHere, ...one }: Artifact): Artifact => ({
    ...one,
    sources: one.sources.filter(({ kind }) => kind !== "hub"),
    ...(one.sizeBytes && { sizeBytes: known(one.sizeBytes) }),
    ...(one.sha256 && { sha256: known(one.sha256) }),
  });
  return { ...rest, variants: manifest.variants.map((variant) => ({ ...variant, artifacts: variant.artifacts.map(artifact) })) };
}
