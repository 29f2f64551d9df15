import type { Revision } from "./find-revision.ts";
import { type MirroredFile, pointerOf } from "./mirrored-file.ts";

/** A model as the API of the Hugging Face Hub describes it; nothing that this hub does not know. */
export function describeRevision({ repository, commit, publishedAt, files }: Revision) {
  return {
    _id: commit.slice(0, 24),
    id: repository,
    modelId: repository,
    author: repository.split("/")[0],
    sha: commit,
    lastModified: publishedAt.toISOString(),
    private: false,
    gated: false,
    disabled: false,
    tags: [],
    downloads: 0,
    likes: 0,
    siblings: [...files.values()].map((file) => {
      const pointer = pointerOf(file);
      const { path, sha256, sizeBytes: size } = file;
      return { rfilename: path, size, blobId: pointer.oid, lfs: { sha256, size, pointerSize: pointer.sizeBytes } };
    }),
  };
}

/** A file as `tree` and `paths-info` list it: every file as if Git LFS kept it, for then its SHA-256 is said. */
export function describeFile(file: MirroredFile) {
  const pointer = pointerOf(file);
  return {
    type: "file",
    oid: pointer.oid,
    size: file.sizeBytes,
    path: file.path,
    lfs: { oid: file.sha256, size: file.sizeBytes, pointerSize: pointer.sizeBytes },
  };
}

/** What lies in a folder, `""` for all of it; nothing when there is no such folder. */
export function describeFolder({ files, commit }: Revision, folder: string, isRecursive: boolean): unknown[] | undefined {
  const prefix = folder === "" ? "" : `${folder}/`;
  const entries: unknown[] = [];
  const folders = new Set<string>();
  for (const file of files.values()) {
    if (!file.path.startsWith(prefix)) continue;
    const parts = file.path.slice(prefix.length).split("/");
    const depth = isRecursive ? parts.length - 1 : Math.min(parts.length - 1, 1);
    for (let length = 1; length <= depth; length += 1) {
      const path = prefix + parts.slice(0, length).join("/");
      if (!folders.has(path)) entries.push({ type: "directory", oid: commit, size: 0, path });
      folders.add(path);
    }
    if (isRecursive || parts.length === 1) entries.push(describeFile(file));
  }
  return entries.length === 0 ? undefined : entries;
}
