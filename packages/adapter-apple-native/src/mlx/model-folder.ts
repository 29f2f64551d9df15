import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { TenfoldError } from "@tenfold/catalog";
import type { InstalledFile, InstalledModel } from "@tenfold/core";

/**
 * Shows a model's files in one folder, under the names that mlx-lm looks for, while `use` runs: in the store files are named by their digests.
 * @throws TenfoldError `unsupported-format` for files that have no place in a file system, `invalid-format` without a config.json.
 */
export async function withModelFolder<Result>({ id, files }: InstalledModel, use: (folder: string) => Promise<Result>): Promise<Result> {
  const config = files.find(({ path }) => baseName(path) === "config.json" && !path.includes("1_Pooling/"));
  if (!config) {
    throw new TenfoldError("invalid-format", `${id} has no config.json, which says how its weights are used.`, {
      framework: "mlx",
      remedy: "Keep config.json beside the weights.",
    });
  }
  const folder = await mkdtemp(join(tmpdir(), "tenfold-mlx-"));
  try {
    for (const [name, file] of linksOf(config, files)) await symlink(placeOf(file), join(folder, name));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What stands beside config.json and is read by mlx-lm, by the name that it wants. */
function linksOf(config: InstalledFile, files: readonly InstalledFile[]): Map<string, InstalledFile> {
  const folder = folderOf(config.path);
  const beside = files.filter(({ path }) => folderOf(path) === folder);
  const weights = beside.filter(({ path }) => path.endsWith(".safetensors"));
  // Adapters and other weights may lie beside a model's own.
  const named = weights.filter(({ path }) => baseName(path).startsWith("model"));
  const own = named.length > 0 ? named : weights;
  const links = new Map<string, InstalledFile>();
  for (const file of own) links.set(named.length > 0 ? baseName(file.path) : `model-${baseName(file.path)}`, file);
  for (const file of beside.filter(({ path }) => path.endsWith(".json"))) links.set(baseName(file.path), file);
  const archive = beside.find(({ path }) => path.endsWith(".npz"));
  if (archive && own.length === 0) links.set("weights.npz", archive);
  return links;
}

function placeOf({ path, location }: InstalledFile): string {
  if (!location) throw new TenfoldError("unsupported-format", `${path} has no place where MLX can open it.`, { framework: "mlx" });
  return resolve(location());
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);
const baseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
