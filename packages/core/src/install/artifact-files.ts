import type { Artifact } from "@tenfold/catalog";

/** The files of the model that an artifact stands for: itself, or what it holds. */
export function filesOf({ path, sha256, sizeBytes, archive }: Artifact): { path: string; sha256: string; sizeBytes?: number }[] {
  if (archive) return archive.members.map((member) => ({ path: member.path, sha256: member.sha256, sizeBytes: member.sizeBytes }));
  return sha256 ? [{ path, sha256: sha256.value, ...(sizeBytes ? { sizeBytes: sizeBytes.value } : {}) }] : [];
}

/** Digests of the archives among artifacts. */
export function archivesOf(artifacts: readonly Artifact[]): string[] {
  return artifacts.flatMap(({ archive, sha256 }) => (archive && sha256 ? [sha256.value] : []));
}
