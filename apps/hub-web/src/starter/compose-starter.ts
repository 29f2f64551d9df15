import { type Dimensions, type Source, TenfoldError } from "@tenfold/catalog";
import { factsOf, type StarterFacts } from "./starter-facts.ts";
import type { WrittenStarter } from "./starter-schema.ts";
import type { StarterBuild, StarterSource, StarterSources } from "./starter-sources.ts";

type WrittenModel = WrittenStarter["models"][number];
type WrittenVariant = WrittenModel["variants"][number];
type WrittenArtifact = WrittenVariant["artifacts"][number];
type Role = NonNullable<WrittenArtifact["role"]>;

/**
 * The starter catalog from what people wrote and what others have said: nothing in it comes from anywhere else.
 * @throws TenfoldError `invalid-manifest` for a build or licence that no list has.
 */
export function composeStarter(sources: StarterSources, facts: StarterFacts, own: readonly WrittenModel[]): WrittenStarter {
  return { schemaVersion: 1, models: [...own, ...sources.models.map((source) => composeModel(source, sources, facts))] };
}

function composeModel(
  { builds, licence: licenceKey, dimensions: dimensionsKey, ...model }: StarterSource,
  { licences }: StarterSources,
  facts: StarterFacts,
): WrittenModel {
  const licence = licences[licenceKey] ?? missing(`${model.id}: the licence ${licenceKey}`);
  const dimensions = dimensionsKey === undefined ? undefined : dimensionsOf(dimensionsKey, facts);
  const variants: WrittenVariant[] = [];
  for (const build of builds) {
    const variant = composeVariant(build, facts);
    if (variants.some(({ id }) => id === variant.id))
      throw new TenfoldError("invalid-manifest", `${model.id} has two builds ${variant.id}; give one a suffix.`);
    variants.push(variant);
  }
  return {
    ...model,
    licence,
    ...(dimensions ? { parameterCount: parameterCountOf(dimensions, model.architecture), dimensions } : {}),
    variants,
  } as WrittenModel;
}

function dimensionsOf(key: string, { dimensions: { models, claimedBy } }: StarterFacts): Dimensions {
  const { repository, ...sizes } = models[key] ?? missing(`the dimensions ${key}`);
  return { ...sizes, source: `config.json of ${repository}, from ${claimedBy}` };
}

/** All weights of a decoder with gated feed-forward layers: embedding, projections, norms, and the output where it is not the embedding. */
export function parameterCountOf(dimensions: Dimensions, architecture = "llama"): number {
  const { layerCount, embeddingLength: width, headCount, kvHeadCount, headLength, feedForwardLength, vocabularySize = 0, tied } = dimensions;
  const query = headCount * headLength;
  const keyValue = kvHeadCount * headLength;
  const attention = 2 * width * query + 2 * width * keyValue + (architecture === "qwen2" ? query + 2 * keyValue : 0);
  const headNorms = architecture === "qwen3" || architecture === "gemma3" ? 2 * headLength : 0;
  const norms = (architecture === "gemma3" ? 4 : 2) * width + headNorms;
  return vocabularySize * width * (tied ? 1 : 2) + layerCount * (attention + 3 * width * feedForwardLength + norms) + width;
}

function composeVariant(build: StarterBuild, facts: StarterFacts): WrittenVariant {
  if ("webLlm" in build) return mlcVariant(build.webLlm, facts);
  if ("executorch" in build) return executorchVariant(build.executorch, facts);
  if ("pythonPackage" in build) return pythonVariant(build, facts);
  const { files, repository, suffix, ...variant } = build;
  const artifacts = files.map((file) => {
    const { path, role } = typeof file === "string" ? { path: file, role: "weights" as const } : file;
    return repositoryFile({ repository, path, role }, facts);
  });
  return { id: [variant.format, shortName(variant.quantization), suffix].filter(Boolean).join("-"), ...variant, artifacts } as WrittenVariant;
}

/** The library, and what tells of the rest: how many pieces the weights are in stands in the repository alone. */
function mlcVariant(id: string, facts: StarterFacts): WrittenVariant {
  const { repository, library } = facts.webLlm.models.find((one) => one.id === id) ?? missing(`web-llm's model ${id}`);
  const [, quantization = "", rest = ""] = /-(q\d[a-z]\d+(?:_\d)?)-MLC(?:-(\w+))?$/.exec(id) ?? [];
  return {
    id: ["mlc", quantization, rest].filter(Boolean).join("-"),
    format: "mlc",
    quantization,
    artifacts: [
      { ...unverified("mlc-chat-config.json", "configuration"), sources: [{ kind: "hugging-face", repository, path: "mlc-chat-config.json" }] },
      { ...unverified("tensor-cache.json", "configuration"), sources: [{ kind: "hugging-face", repository, path: "tensor-cache.json" }] },
      { ...unverified(library.slice(library.lastIndexOf("/") + 1), "library"), sources: [{ kind: "https", url: library }] },
    ],
  };
}

function executorchVariant(id: string, facts: StarterFacts): WrittenVariant {
  const { files } = facts.executorch.models.find((one) => one.id === id) ?? missing(`react-native-executorch's model ${id}`);
  const weights = files.find(({ role }) => role === "weights") ?? missing(`the weights of ${id}`);
  const delegate = /(?:^|\/)(xnnpack|mlx|coreml)\//.exec(weights.path)?.[1] ?? missing(`the delegate of ${id}`);
  const quantization = /8da4w|int4|spinquant/.test(weights.path)
    ? "4-bit"
    : /8da8w|int8/.test(weights.path)
      ? "8-bit"
      : /fp16/.test(weights.path)
        ? "F16"
        : "F32";
  return {
    id: ["pte", shortName(quantization), delegate].join("-"),
    format: "pte",
    quantization,
    ...(delegate === "xnnpack" ? {} : { target: { os: "ios" } }),
    artifacts: files.map(({ repository, tag, path, role }) => ({
      ...unverified(path.slice(path.lastIndexOf("/") + 1), role),
      // The list names a tag, which no source of ours can: its address says it all.
      sources: [{ kind: "https", url: `https://huggingface.co/${repository}/resolve/${tag}/${path}` }],
    })),
  };
}

function pythonVariant(build: { pythonPackage: string; format: string; quantization?: string | undefined }, { python }: StarterFacts): WrittenVariant {
  const file = python.files.find((one) => one.package === build.pythonPackage) ?? missing(`the package ${build.pythonPackage}`);
  const { path, sizeBytes, sha256 } = file;
  return {
    id: `${build.format}-${shortName(build.quantization)}`,
    format: build.format,
    ...(build.quantization === undefined ? {} : { quantization: build.quantization }),
    artifacts: [{ path, role: "weights", sizeBytes, sha256, claimedBy: python.claimedBy, sources: [] }],
  };
}

function repositoryFile({ repository, path, role }: { repository: string | undefined; path: string; role: Role }, facts: StarterFacts): WrittenArtifact {
  if (repository === undefined) return unverified(path, role);
  const fact = factsOf(facts, repository, path);
  const evidence = { kind: "claimed" as const, by: fact?.claimedBy ?? "" };
  const source: Source = { kind: "hugging-face", repository, path, ...(fact?.revision ? { revision: { value: fact.revision, evidence } } : {}) };
  return {
    path,
    role,
    ...(fact?.sizeBytes === undefined ? {} : { sizeBytes: fact.sizeBytes }),
    ...(fact?.sha256 === undefined ? {} : { sha256: fact.sha256 }),
    ...(fact && (fact.sizeBytes !== undefined || fact.sha256 !== undefined) ? { claimedBy: fact.claimedBy } : {}),
    sources: [source],
  };
}

function unverified(path: string, role: Role): WrittenArtifact {
  return { path, role, sources: [] };
}

/** "4-bit" is "int4" in an id, "Q4_K_M" is "q4_k_m". */
function shortName(quantization: string | undefined): string | undefined {
  return quantization?.replace(/^(\d)-bit$/, "int$1").toLowerCase();
}

function missing(what: string): never {
  throw new TenfoldError("invalid-manifest", `starter/facts does not have ${what}.`);
}
