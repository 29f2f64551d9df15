import type { InstalledFile, InstalledModel } from "@tenfold/core";

/** Validated files as a model that no catalog knows. */
export function modelOf(files: readonly InstalledFile[], format: string, metadata: InstalledModel["metadata"]): InstalledModel {
  const { quantization } = metadata;
  return {
    id: (files[0]?.path ?? "").replace(/\.[^.]+$/, ""),
    variant: { id: "local", format, ...(quantization ? { quantization } : {}), artifacts: files.map(({ path }) => ({ path, role: "weights", sources: [] })) },
    metadata,
    files,
  };
}
