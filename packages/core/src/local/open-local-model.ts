import { TenfoldError } from "@tenfold/catalog";
import type { InstalledModel } from "../contract/installed-model.ts";
import { detectFormat } from "../formats/formats.ts";
import type { Platform } from "../platform/platform.ts";

/**
 * Opens a file or folder of the user's as a model, where it lies and without a copy. Its format is found by content.
 * @throws TenfoldError `unsupported-format`, `invalid-format`, `storage-failed`.
 */
export async function openLocalModel(platform: Platform, path: string, signal?: AbortSignal): Promise<InstalledModel> {
  if (!platform.openLocal) throw new TenfoldError("unsupported-format", `There are no file paths on ${platform.name}; import the file into the store instead.`);
  const files = await platform.openLocal(path);
  const handler = await detectFormat(files);
  if (!handler) throw new TenfoldError("unsupported-format", `${path} is not a model in a format that is known here.`);
  const metadata = await handler.validate(files, signal);
  const id = nameOf(path);
  return {
    id,
    variant: {
      id: "local",
      format: handler.format,
      ...(metadata.quantization ? { quantization: metadata.quantization } : {}),
      artifacts: files.map((file) => ({ path: file.path, role: "weights", sources: [] })),
    },
    metadata,
    files,
  };
}

function nameOf(path: string): string {
  const name = path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
  return name.replace(/\.[^.]+$/, "");
}
