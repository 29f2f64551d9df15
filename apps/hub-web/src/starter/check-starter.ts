import { parameterCountOf } from "./compose-starter.ts";
import type { StarterFacts } from "./starter-facts.ts";
import type { Starter, StarterArtifact } from "./starter-schema.ts";

/**
 * What a starter catalog says and nobody has said before: digests, sizes and revisions that stand in no facts file under the name they are claimed by, addresses and repositories
 * that no list has and nobody saw, files from nowhere, counts that do not follow from a model's dimensions. Knows nothing of how the catalog was written.
 * @returns one line for each, naming the place; empty when everything can be traced
 */
export function checkStarter(starter: Starter, facts: StarterFacts): string[] {
  const problems: string[] = [];
  const names = namesIn(facts);
  for (const { id, dimensions, parameterCount, architecture, variants } of starter.models) {
    if (dimensions && parameterCount !== parameterCountOf(dimensions, architecture) && !isOwn(variants))
      problems.push(`${id}: ${parameterCount} parameters do not follow from its dimensions`);
    if (dimensions && !isOwn(variants) && !Object.values(facts.dimensions.models).some((known) => sameSizes(known, dimensions)))
      problems.push(`${id}: nobody has named these dimensions`);
    for (const variant of variants) {
      for (const artifact of variant.artifacts)
        problems.push(...checkArtifact(artifact, facts, names).map((problem) => `${id}/${variant.id}/${artifact.path}: ${problem}`));
    }
  }
  return problems;
}

/** Files that lie in the repository are read and hashed when a hub starts: they are claimed by nobody. */
const isOwn = (variants: Starter["models"][number]["variants"]) => variants.every(({ artifacts }) => artifacts.every(({ file }) => file !== undefined));

/** Names that a list or a sighting has, of repositories and of files without an address. */
function namesIn({ files, python, webLlm, sightings }: StarterFacts) {
  return {
    repositories: new Set(
      [...files, ...webLlm.models].map(({ repository }) => repository).concat(sightings.places.flatMap(({ repositories }) => repositories)),
    ),
    files: new Set(python.files.map(({ path }) => path).concat(sightings.places.flatMap((place) => place.files))),
  };
}

function checkArtifact(
  { path, file, sizeBytes, sha256, claimedBy, sources }: StarterArtifact,
  facts: StarterFacts,
  names: ReturnType<typeof namesIn>,
): string[] {
  if (file !== undefined) return sizeBytes === undefined && sha256 === undefined ? [] : ["a local file is read, so nothing is claimed of it"];
  const problems: string[] = [];
  const repositories = sources.flatMap((source) => (source.kind === "hugging-face" ? [source] : []));
  const known = [
    ...facts.files.filter((fact) => repositories.some((source) => source.repository === fact.repository && source.path === fact.path)),
    ...facts.python.files.filter((fact) => sources.length === 0 && fact.path === path).map((fact) => ({ ...fact, claimedBy: facts.python.claimedBy })),
  ];
  for (const [name, value] of Object.entries({ sha256, sizeBytes })) {
    if (value === undefined) continue;
    const traces = known.filter((fact) => fact[name as "sha256" | "sizeBytes"] === value).map((fact) => fact.claimedBy);
    if (traces.length === 0) problems.push(`no facts file has this ${name}`);
    else if (claimedBy === undefined || !traces.includes(claimedBy))
      problems.push(`this ${name} is claimed by ${traces.join(" and ")}, not by ${claimedBy ?? "the catalog alone"}`);
  }
  for (const { revision } of repositories) {
    if (revision && !facts.files.some((fact) => fact.revision === revision.value && fact.claimedBy === revision.evidence.by))
      problems.push("no facts file has this revision");
  }
  for (const { repository } of repositories)
    if (!names.repositories.has(repository)) problems.push(`no list has the repository ${repository}, and nobody saw it`);
  if (sources.length === 0 && !names.files.has(path)) problems.push("it has no address, and nobody saw a file of this name");
  const addresses = new Set([...facts.webLlm.models.map(({ library }) => library), ...facts.executorch.models.flatMap(({ files }) => files.map(addressOf))]);
  for (const source of sources) if (source.kind === "https" && !addresses.has(source.url)) problems.push(`no list has the address ${source.url}`);
  return problems;
}

function addressOf({ repository, tag, path }: StarterFacts["executorch"]["models"][number]["files"][number]): string {
  return `https://huggingface.co/${repository}/resolve/${tag}/${path}`;
}

function sameSizes({ repository, ...known }: { repository: string }, { source, ...given }: { source: string }): boolean {
  return source.includes(repository) && JSON.stringify(Object.entries(known).sort()) === JSON.stringify(Object.entries(given).sort());
}
