import { type Artifact, type Manifest, manifestSchema, parseJson } from "@tenfold/catalog";
import { ofRelease } from "../catalog/of-release.ts";
import type { Database } from "../database/open-database.ts";

/** What the matrix keeps of a manifest: an estimate needs no more, and a large catalog has to lie in memory. */
export type MatrixModel = Pick<
  Manifest,
  | "id"
  | "name"
  | "publisher"
  | "licence"
  | "architecture"
  | "parameterCount"
  | "contextLength"
  | "dimensions"
  | "languages"
  | "capabilities"
  | "variants"
  | "deprecated"
>;

/** By the digest of its manifest: the next release reads what has changed alone. */
const models = new WeakMap<Database, ReadonlyMap<string, MatrixModel>>();

/** The models of a release in the order of their names. */
export function listedModels(database: Database, releaseNumber: number): Promise<readonly MatrixModel[]> {
  return ofRelease(database, releaseNumber, ["matrix models"], () => readModels(database, releaseNumber));
}

async function readModels(database: Database, releaseNumber: number): Promise<readonly MatrixModel[]> {
  const rows = await database.releaseModel.findMany({ where: { releaseNumber }, select: { manifestSha256: true, manifest: { select: { name: true } } } });
  const known = models.get(database) ?? new Map<string, MatrixModel>();
  const missing = rows.map(({ manifestSha256 }) => manifestSha256).filter((sha256) => !known.has(sha256));
  const read = new Map<string, MatrixModel>();
  for (let start = 0; start < missing.length; start += 500) {
    const documents = await database.document.findMany({ where: { sha256: { in: missing.slice(start, start + 500) } }, select: { sha256: true, bytes: true } });
    for (const { sha256, bytes } of documents) read.set(sha256, compact(parseJson(manifestSchema, new TextDecoder().decode(bytes), `manifest ${sha256}`)));
  }
  const found = new Map(
    rows.flatMap(({ manifestSha256 }) => {
      const model = known.get(manifestSha256) ?? read.get(manifestSha256);
      return model ? [[manifestSha256, model] as const] : [];
    }),
  );
  models.set(database, found);
  return [...found.values()].sort((one, other) => one.name.localeCompare(other.name, "en") || one.id.localeCompare(other.id, "en"));
}

function compact({
  id,
  name,
  publisher,
  licence,
  architecture,
  parameterCount,
  contextLength,
  dimensions,
  languages,
  capabilities,
  variants,
  deprecated,
}: Manifest): MatrixModel {
  return {
    ...{ id, name, publisher, licence, capabilities },
    ...(architecture === undefined ? {} : { architecture }),
    ...(parameterCount === undefined ? {} : { parameterCount }),
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(dimensions ? { dimensions } : {}),
    ...(languages ? { languages } : {}),
    ...(deprecated ? { deprecated } : {}),
    variants: variants.map((variant) => ({ ...variant, artifacts: variant.artifacts.map(withoutSources) })),
  };
}

function withoutSources({ path, role, sizeBytes, sha256, archive }: Artifact): Artifact {
  return { path, role, sources: [], ...(sizeBytes ? { sizeBytes } : {}), ...(sha256 ? { sha256 } : {}), ...(archive ? { archive } : {}) };
}
