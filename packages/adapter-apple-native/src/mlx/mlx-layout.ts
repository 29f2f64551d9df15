import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel } from "@tenfold/core";
import { baseName, folderOf } from "../file-names.ts";

/**
 * What stands beside config.json and is read by MLX's loaders, by the name that they want: in the store files are named by their digests.
 * @throws TenfoldError `invalid-format` without a config.json.
 */
export function mlxLayout({ id, files }: Pick<InstalledModel, "id" | "files">): Map<string, InstalledFile> {
  const config = files.find(({ path }) => baseName(path) === "config.json" && !path.includes("1_Pooling/"));
  if (!config) {
    throw new TenfoldError("invalid-format", `${id} has no config.json, which says how its weights are used.`, {
      framework: "mlx",
      remedy: "Keep config.json beside the weights.",
    });
  }
  const folder = folderOf(config.path);
  const beside = files.filter(({ path }) => folderOf(path) === folder);
  const weights = beside.filter(({ path }) => path.endsWith(".safetensors"));
  // Adapters and other weights may lie beside a model's own.
  const named = weights.filter(({ path }) => baseName(path).startsWith("model"));
  const own = named.length > 0 ? named : weights;
  const layout = new Map<string, InstalledFile>();
  for (const file of own) layout.set(named.length > 0 ? baseName(file.path) : `model-${baseName(file.path)}`, file);
  for (const file of beside.filter(({ path }) => path.endsWith(".json"))) layout.set(baseName(file.path), file);
  const archive = beside.find(({ path }) => path.endsWith(".npz"));
  if (archive && own.length === 0) layout.set("weights.npz", archive);
  return layout;
}
