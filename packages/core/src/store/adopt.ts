import { TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";
import type { Files } from "../platform/files.ts";
import type { Platform } from "../platform/platform.ts";
import { type ImportFile, importFiles, slug } from "./import-model.ts";
import { type InstallRecord, readRecord } from "./records.ts";
import type { Store } from "./store.ts";

/** A model that another program's cache holds. */
export interface CachedModel {
  /** As that program calls it. */
  name: string;
  id: string;
  /** Default: from format and quantization. */
  variant?: string;
  files: ImportFile[];
}

export interface Adoption {
  adopted: InstallRecord[];
  refused: { name: string; error: TenfoldError }[];
}

/** Installs what a cache holds, without a second copy where the file system can. What is not valid is refused by itself. */
export async function adoptModels(platform: Platform, store: Store, models: readonly CachedModel[], signal?: AbortSignal): Promise<Adoption> {
  const adoption: Adoption = { adopted: [], refused: [] };
  for (const { name, id, variant, files } of models) {
    signal?.throwIfAborted();
    try {
      const options = { id, ...(variant === undefined ? {} : { variant }), ...(signal ? { signal } : {}) };
      adoption.adopted.push(await importFiles(platform, store, name, files, options));
    } catch (error) {
      signal?.throwIfAborted();
      if (!TenfoldError.is(error)) throw error;
      adoption.refused.push({ name, error });
    }
  }
  return adoption;
}

/**
 * What the folder of the Hugging Face Hub's cache holds at each repository's `main`. Files kept in Git LFS are
 * named by their SHA-256 in `blobs`, which the links in `snapshots` lead to.
 */
export async function findInHuggingFaceCache(cache: Files): Promise<CachedModel[]> {
  const found: CachedModel[] = [];
  for (const folder of await cache.list("")) {
    const name = /^models--(.+)$/.exec(folder)?.[1]?.split("--").join("/");
    if (!name || !(await cache.stat(`${folder}/refs/main`))) continue;
    const commit = new TextDecoder().decode(await cache.read(`${folder}/refs/main`)).trim();
    if (!/^[0-9a-f]{40}$/.test(commit)) continue;
    // A link and what it leads to have the same stamp: so much of a link is visible here.
    const digests = new Map<string, string>();
    for (const blob of await cache.list(`${folder}/blobs`)) {
      const stamp = (await cache.stat(`${folder}/blobs/${blob}`))?.stamp;
      if (stamp !== undefined && /^[0-9a-f]{64}$/.test(blob)) digests.set(stamp, blob);
    }
    found.push(...group(name, await filesBelow(cache, `${folder}/snapshots/${commit}`, digests)));
  }
  return found;
}

/** What LM Studio's folder holds: `publisher/repository/files`. */
export async function findInLmStudioFolder(cache: Files): Promise<CachedModel[]> {
  const found: CachedModel[] = [];
  for (const publisher of await cache.list("")) {
    for (const repository of await cache.list(publisher)) {
      const path = `${publisher}/${repository}`;
      if ((await cache.stat(path))?.kind === "folder") found.push(...group(path, await filesBelow(cache, path)));
    }
  }
  return found;
}

const ollamaManifestSchema = z.object({ layers: z.array(z.object({ mediaType: z.string(), digest: z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/)) })) });

/** What Ollama's folder `models` holds: `manifests/host/namespace/model/tag`, and layers in `blobs/sha256-…`. */
export async function findInOllamaFolder(cache: Files): Promise<CachedModel[]> {
  const found: CachedModel[] = [];
  for (const manifest of await filesBelow(cache, "manifests")) {
    const [, , model, tag] = manifest.path.split("/");
    if (!model || !tag) continue;
    try {
      const { layers } = readRecord(ollamaManifestSchema, await manifest.read(), manifest.path);
      const weights = layers.filter(({ mediaType }) => mediaType === "application/vnd.ollama.image.model");
      const files: ImportFile[] = [];
      for (const { digest } of weights) files.push(await cachedFile(cache, `blobs/${digest.replace(":", "-")}`, `${slug(model)}.gguf`, digest.slice(7)));
      if (files.length === 1) found.push({ name: `${model}:${tag}`, id: slug(model), variant: slug(tag), files });
    } catch (error) {
      // A manifest of another kind, or one whose layers are not there.
      if (!TenfoldError.is(error, "storage-failed")) throw error;
    }
  }
  return found;
}

/** Each GGUF file of a repository is a model by itself, parts of one file together; anything else is one model of all files. */
function group(name: string, files: ImportFile[]): CachedModel[] {
  const id = slug(name.slice(name.lastIndexOf("/") + 1));
  const weights = files.filter(({ path }) => path.toLowerCase().endsWith(".gguf"));
  if (weights.length === 0) return files.length === 0 ? [] : [{ name, id, files }];
  const groups = new Map<string, ImportFile[]>();
  for (const file of weights) {
    const key = file.path.replace(/(?:-\d{5}-of-\d{5})?\.gguf$/i, "");
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups].map(([key, parts]) => ({ name: `${name}/${key}`, id, variant: slug(key), files: parts }));
}

async function filesBelow(cache: Files, folder: string, digests?: ReadonlyMap<string, string>, below = ""): Promise<ImportFile[]> {
  const found: ImportFile[] = [];
  for (const name of await cache.list(folder + below)) {
    const path = `${below}/${name}`;
    const known = await cache.stat(folder + path);
    if (known?.kind === "folder") found.push(...(await filesBelow(cache, folder, digests, path)));
    if (known?.kind === "file") found.push(await cachedFile(cache, folder + path, path.slice(1), digests?.get(known.stamp)));
  }
  return found;
}

async function cachedFile(cache: Files, at: string, path: string, sha256: string | undefined): Promise<ImportFile> {
  const known = await cache.stat(at);
  if (!known) throw new TenfoldError("storage-failed", `${at} is not there.`);
  const { location } = cache;
  return {
    path,
    sizeBytes: known.sizeBytes,
    read: (range) => cache.read(at, range),
    ...(location ? { location: () => location(at) } : {}),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}
