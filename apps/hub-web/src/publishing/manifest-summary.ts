import { type Artifact, type Manifest, variantSizeBytes } from "@tenfold/catalog";

/** The columns that lists and filters read instead of the manifest. */
export function manifestSummary(manifest: Manifest) {
  const { id, name, publisher, description, licence, parameterCount, contextLength, capabilities, variants } = manifest;
  const formats = distinct(variants.map(({ format }) => format));
  const quantizations = distinct(variants.flatMap(({ quantization }) => quantization ?? []));
  const artifacts = variants.flatMap((variant) => variant.artifacts);
  const sizes = variants.flatMap((variant) => variantSizeBytes(variant) ?? []);
  return {
    modelId: id,
    name,
    publisher,
    summary: firstSentence(description),
    licence: licence.id,
    parameterCount: parameterCount ?? null,
    contextLength: contextLength ?? null,
    capabilities,
    formats,
    quantizations,
    variantCount: variants.length,
    smallestBytes: sizes.length === 0 ? null : Math.min(...sizes),
    largestBytes: sizes.length === 0 ? null : Math.max(...sizes),
    artifactCount: artifacts.length,
    verifiedCount: artifacts.filter((artifact) => digestEvidence(artifact) === "verified").length,
    claimedCount: artifacts.filter((artifact) => digestEvidence(artifact) === "claimed").length,
    searchText: [id, name, publisher, description, licence.id, ...formats, ...quantizations].join("\n").toLowerCase(),
  };
}

function digestEvidence({ sha256 }: Artifact): "verified" | "claimed" | undefined {
  return sha256?.evidence.kind;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function firstSentence(text: string): string {
  return (/^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text).slice(0, 300);
}
