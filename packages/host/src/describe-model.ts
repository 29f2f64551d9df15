import type { InstalledFile, InstalledModel } from "@tenfold/core";

/** An installed file without its functions: where another process finds its bytes. */
export type DescribedFile = Pick<InstalledFile, "path" | "sizeBytes" | "sha256"> & { location?: string };
export type DescribedModel = Omit<InstalledModel, "files"> & { files: readonly DescribedFile[] };

/** The model as data. */
export function describeModel({ files, ...model }: InstalledModel): DescribedModel {
  return {
    ...model,
    files: files.map(({ path, sizeBytes, sha256, location }) => ({
      path,
      sizeBytes,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(location ? { location: location() } : {}),
    })),
  };
}

/** The model with its functions again. `read` opens what the description names. */
export function openModel({ files, ...model }: DescribedModel, read: (file: DescribedFile) => InstalledFile["read"]): InstalledModel {
  return {
    ...model,
    files: files.map((file): InstalledFile => {
      const { location, ...facts } = file;
      return { ...facts, read: read(file), ...(location === undefined ? {} : { location: () => location }) };
    }),
  };
}
