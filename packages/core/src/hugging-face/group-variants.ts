import { type ArtifactRole, filePathSchema, idSchema } from "@tenfold/catalog";
import { safeParse } from "zod/mini";
import { roleOf } from "./companions.ts";
import { fileGroups, mlcGroups, packageGroups, safetensorsGroups } from "./folder-groups.ts";
import { ggufGroups } from "./gguf-groups.ts";
import { onnxGroups } from "./onnx-groups.ts";
import type { RepositoryFile } from "./repository.ts";

/** Files that are one model together. */
export interface Group {
  format: string;
  /** What tells it from others of its format; empty for the only one. */
  name: string;
  /** Its place in the repository, where names are alike. */
  stem: string;
  quantization?: string;
  files: readonly RepositoryFile[];
}

export interface VariantFiles {
  id: string;
  format: string;
  quantization?: string;
  files: readonly (RepositoryFile & { role: ArtifactRole })[];
}

const mostVariants = 1000;
const mostArtifacts = 4096;

/**
 * Finds the models in a repository by the names of its files: every quantization in GGUF, folders of safetensors, ONNX graphs by
 * quantization, packages of Core ML, folders of MLC, single files of other formats. Projectors, adapters and checkpoints for training belong to none.
 */
export function groupVariants(files: readonly RepositoryFile[]): VariantFiles[] {
  const groups = [ggufGroups, safetensorsGroups, onnxGroups, packageGroups, mlcGroups, fileGroups].flatMap((find) => find(files)).filter(isRepresentable);
  const counts = new Map<string, number>();
  for (const group of groups) counts.set(shortId(group), (counts.get(shortId(group)) ?? 0) + 1);
  const variants = new Map<string, VariantFiles>();
  for (const group of groups) {
    const id = counts.get(shortId(group)) === 1 ? shortId(group) : slug(`${group.format}-${group.stem}`);
    if (variants.has(id) || !safeParse(idSchema, id).success || variants.size >= mostVariants) continue;
    const { format, quantization } = group;
    const own = new Map(group.files.map((file) => [file.path, { ...file, role: roleOf(file.path) }]));
    variants.set(id, { id, format, files: [...own.values()], ...(quantization ? { quantization } : {}) });
  }
  return [...variants.values()];
}

function shortId({ format, name }: Group): string {
  return slug(name === "" ? format : `${format}-${name}`);
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .slice(0, 128)
    .replace(/[^a-z0-9]+$/, "");
}

/** Whether every file can lie in a store, which may be on a file system that knows no case and forbids some names. */
function isRepresentable({ files }: Group): boolean {
  const paths = new Set(files.map(({ path }) => path));
  return (
    files.length <= mostArtifacts &&
    new Set([...paths].map((path) => path.toLowerCase())).size === paths.size &&
    files.every(({ path }) => safeParse(filePathSchema, path).success)
  );
}
