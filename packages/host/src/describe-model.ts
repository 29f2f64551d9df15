import type { InstalledFile, InstalledModel } from "@tenfold/core";

/** An installed file without its functions: where another process finds its bytes, or, for a worker of a page, the bytes. */
export type DescribedFile = Pick<InstalledFile, "path" | "sizeBytes" | "sha256"> & { location?: string; blob?: Blob };
export type DescribedModel = Omit<InstalledModel, "files"> & { files: readonly DescribedFile[] };

/** The model as data. A blob crosses to workers without its bytes being copied, and to no process. */
export async function describeModel({ files, ...model }: InstalledModel): Promise<DescribedModel> {
  return { ...model, files: await Promise.all(files.map(describeFile)) };
}

async function describeFile({ path, sizeBytes, sha256, location, blob }: InstalledFile): Promise<DescribedFile> {
  return {
    path,
    sizeBytes,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(location ? { location: location() } : blob ? { blob: await blob() } : {}),
  };
}

/** The model with its functions again. `read` opens what the description names. */
export function openModel({ files, ...model }: DescribedModel, read: (file: DescribedFile) => InstalledFile["read"]): InstalledModel {
  return {
    ...model,
    files: files.map((file): InstalledFile => {
      const { location, blob, ...facts } = file;
      return { ...facts, read: read(file), ...(location === undefined ? {} : { location: () => location }), ...(blob ? { blob: async () => blob } : {}) };
    }),
  };
}
