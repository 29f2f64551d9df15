import type { Database } from "../database/open-database.ts";
import { publishedRelease } from "./published-release.ts";

export interface PublishedArtifact {
  sha256: string;
  sizeBytes?: number;
  /** Where this hub serves it; absent when it does not hold it. */
  url?: string;
  chunkListSha256?: string;
  /** The variants of the stable channel that hold it, the first hundred. */
  usedBy: { model: string; variant: string; path: string }[];
}

/** A file by its digest. Nothing when no published variant names it and the hub does not hold it. */
export async function findArtifact(database: Database, sha256: string): Promise<PublishedArtifact | undefined> {
  const release = await publishedRelease(database);
  const [stored, rows] = await Promise.all([
    database.storedFile.findUnique({ where: { sha256 } }),
    database.manifestFile.findMany({
      where: { sha256, manifest: { releases: { some: { releaseNumber: release?.number ?? 0 } } } },
      include: { manifest: { select: { modelId: true } } },
      orderBy: [{ manifest: { modelId: "asc" } }, { variant: "asc" }, { path: "asc" }],
      take: 100,
    }),
  ]);
  if (stored === null && rows.length === 0) return undefined;
  const sizeBytes = stored?.sizeBytes ?? rows.find((row) => row.sizeBytes !== null)?.sizeBytes;
  return {
    sha256,
    ...(sizeBytes != null && { sizeBytes: Number(sizeBytes) }),
    ...(stored && { url: `/artifacts/sha256/${sha256}`, chunkListSha256: stored.chunkListSha256 }),
    usedBy: rows.map(({ manifest, variant, path }) => ({ model: manifest.modelId, variant, path })),
  };
}
