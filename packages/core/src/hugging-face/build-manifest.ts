import { type Artifact, canonicalJson, type Evidence, type Manifest, manifestSchema, parse, TenfoldError, type Variant } from "@tenfold/catalog";
import { capabilitiesOf, languagesOf, licenceOf } from "./describe-repository.ts";
import { groupVariants, type VariantFiles } from "./group-variants.ts";
import { type Repository, type RepositoryFile, remedy } from "./repository.ts";
import { idOfRepository } from "./repository-address.ts";

export interface ManifestParts {
  repository: Repository;
  commit: string;
  files: readonly RepositoryFile[];
  /** SHA-256 of files that the Hub gives none for, by path. */
  digests: ReadonlyMap<string, string>;
  /** Address of the Hub. */
  endpoint: string;
  /** When the Hub said all this. */
  at: string;
}

/**
 * The manifest of a repository at one commit. Everything in it is what the Hub claims: sizes, digests of large files, licence. Digests
 * of small files, which it does not give, are of the bytes it sent here.
 * @throws TenfoldError `unsupported-format` for a repository without a model that is known here.
 */
export function buildManifest({ repository, commit, files, digests, endpoint, at }: ManifestParts): Manifest {
  const homepage = `${endpoint}/${repository.name}`;
  const { host } = new URL(endpoint);
  const variants = groupVariants(files);
  if (variants.length === 0) {
    throw new TenfoldError("unsupported-format", `${repository.name} holds no model in a format that is known here.`, {
      stage: "discovery",
      remedy: "Look for a repository of this model in GGUF, ONNX, MLX or another format of a framework.",
    });
  }
  const claimed: Evidence = { kind: "claimed", by: host, at };
  const readHere: Evidence = { kind: "claimed", by: `${host}, read and hashed on this device`, at };
  const artifact = (file: VariantFiles["files"][number]): Artifact => {
    const read = digests.get(file.path);
    return {
      path: file.path,
      role: file.role,
      sources: [{ kind: "hugging-face", repository: repository.name, path: file.path, revision: { value: commit, evidence: claimed } }],
      sizeBytes: { value: file.sizeBytes, evidence: claimed },
      ...(file.sha256 ? { sha256: { value: file.sha256, evidence: claimed } } : read ? { sha256: { value: read, evidence: readHere } } : {}),
    };
  };
  const tags = repository.tags ?? [];
  const isMlx = tags.includes("mlx");
  const languages = languagesOf(repository);
  const { model_type: architecture } = repository.config ?? {};
  const total = repository.safetensors?.total;
  const manifest: Manifest = {
    schemaVersion: 1,
    id: idOfRepository(repository.name),
    name: repository.name,
    publisher: repository.name.split("/")[0] ?? repository.name,
    description: `Files of ${homepage} at the commit ${commit}. No curator has looked at them.`,
    homepage,
    licence: licenceOf(repository, homepage),
    ...(architecture ? { architecture: architecture.slice(0, 100) } : {}),
    // What is packed has fewer elements than parameters.
    ...(total !== undefined && total > 0 && !isMlx ? { parameterCount: total } : {}),
    ...(languages ? { languages } : {}),
    capabilities: capabilitiesOf(
      repository,
      variants.map(({ format }) => format),
    ),
    variants: variants.map(({ id, format, quantization, files: own }): Variant => {
      const stated = quantization ?? (format === "safetensors" ? weightsOf(repository) : undefined);
      return {
        id,
        format,
        ...(stated ? { quantization: stated.slice(0, 64) } : {}),
        ...(format === "safetensors" && isMlx ? { frameworks: ["mlx"] } : {}),
        artifacts: own.map(artifact),
      };
    }),
  };
  const checked = parse(manifestSchema, manifest, `manifest of ${repository.name}`);
  if (canonicalJson(checked).length > mostManifestBytes)
    throw new TenfoldError("invalid-manifest", `${repository.name} takes too long a manifest.`, { remedy });
  return checked;
}

const mostManifestBytes = 16 * 1024 * 1024;

/** What MLX packs weights in by its tag, else the type that most of the weights are in. */
function weightsOf({ tags = [], safetensors }: Repository): string | undefined {
  const packed = tags.includes("mlx") ? tags.find((tag) => /^\d-bit$/.test(tag)) : undefined;
  return packed ?? Object.entries(safetensors?.parameters ?? {}).sort((left, right) => right[1] - left[1])[0]?.[0];
}
