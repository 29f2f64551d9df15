import { createHash } from "node:crypto";
import type { Artifact, Manifest, Revocation, Variant } from "@tenfold/catalog";
import { isRevoked } from "@tenfold/core/trust";

/** A file of a repository, as clients of the Hugging Face Hub see it. */
export interface MirroredFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What a repository would hold, were every file of it here. */
export interface ClaimedFile {
  readonly path: string;
  readonly sha256: string;
  /** The commit of the Hugging Face Hub that the manifest pins. */
  readonly upstream?: string;
}

/** Models by their catalog id stand under this owner. */
export const ownOwner = "tenfold";

/** The files that a manifest brings to a repository: those that came from it or, under `tenfold/`, all, each variant in a folder of its own. None that is revoked. */
export function claimedFiles(manifest: Manifest, repository: string, revocations: readonly Revocation[]): ClaimedFile[] {
  return manifest.variants
    .filter((variant) => isRevoked(revocations, manifest, variant) === undefined)
    .flatMap((variant) => variant.artifacts.flatMap((artifact) => claimedFile(variant, artifact, repository) ?? []));
}

function claimedFile(variant: Variant, { path, sha256, sources }: Artifact, repository: string): ClaimedFile | undefined {
  if (sha256 === undefined) return undefined;
  if (repository.startsWith(`${ownOwner}/`)) return { path: `${variant.id}/${path}`, sha256: sha256.value };
  for (const source of sources) {
    if (source.kind !== "hugging-face" || source.repository !== repository) continue;
    return { path: source.path, sha256: sha256.value, ...(source.revision && { upstream: source.revision.value }) };
  }
  return undefined;
}

/** The name of a set of files: the same files, the same forty digits. */
export function commitOf(files: readonly MirroredFile[]): string {
  const lines = files.map(({ path, sha256 }) => `${sha256} ${path}\n`).sort();
  return createHash("sha1").update(lines.join("")).digest("hex");
}

/** What Git LFS keeps in place of a file. */
export function pointerOf({ sha256, sizeBytes }: MirroredFile): { oid: string; sizeBytes: number } {
  const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${sizeBytes}\n`;
  return { oid: createHash("sha1").update(`blob ${text.length}\0${text}`).digest("hex"), sizeBytes: text.length };
}
