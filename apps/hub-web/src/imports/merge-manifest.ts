import type { Artifact, Manifest, Source, Variant } from "@tenfold/catalog";

export interface ImportChoice {
  /** The id that the model has here. */
  readonly id: string;
  /** Of the variants that were proposed. */
  readonly variants: readonly string[];
  /** Fields of the model that stay as curators wrote them: "description". */
  readonly keep: readonly string[];
}

/** The model as it would be: what was chosen of a proposal, over what curators have. Variants that were not proposed stay. */
export function mergeManifest(current: Manifest | undefined, proposed: Manifest, { id, variants, keep }: ImportChoice): Manifest {
  const chosen = proposed.variants.filter((variant) => variants.includes(variant.id));
  if (current === undefined) return { ...proposed, id, variants: chosen };
  const kept = Object.fromEntries(Object.entries(current).filter(([field]) => keep.includes(field)));
  const updated = current.variants.map((mine) => {
    const theirs = chosen.find((variant) => variant.id === mine.id);
    return theirs === undefined ? mine : mergeVariant(mine, theirs);
  });
  const added = chosen.filter((theirs) => !current.variants.some((mine) => mine.id === theirs.id));
  return { ...current, ...proposed, ...kept, id, variants: [...updated, ...added] };
}

function mergeVariant(mine: Variant, theirs: Variant): Variant {
  const own = new Map(mine.artifacts.map((artifact) => [artifact.path, artifact]));
  return { ...mine, ...theirs, artifacts: theirs.artifacts.map((artifact) => mergeArtifact(own.get(artifact.path), artifact)) };
}

/** What this hub has verified outlives a claim of the same. A claim of other bytes takes its place, and then nothing is verified any more. */
function mergeArtifact(mine: Artifact | undefined, theirs: Artifact): Artifact {
  if (mine?.sha256?.evidence.kind !== "verified") return theirs;
  const isSame =
    theirs.sha256 === undefined
      ? theirs.sizeBytes === undefined || theirs.sizeBytes.value === mine.sizeBytes?.value
      : theirs.sha256.value === mine.sha256.value;
  if (!isSame) return theirs;
  const { sizeBytes, sha256, chunkList } = mine;
  const hub: Source[] = mine.sources.filter(({ kind }) => kind === "hub");
  return { ...theirs, sources: [...hub, ...theirs.sources], ...(sizeBytes && { sizeBytes }), sha256, ...(chunkList && { chunkList }) };
}
