import { type Artifact, type ArtifactRole, type ChunkList, canonicalJson, filePathSchema, idSchema, parse, TenfoldError, type Variant } from "@tenfold/catalog";
import { createFileHasher } from "../downloads/file-hasher.ts";
import { hashRange } from "../downloads/segments.ts";
import { detectFormat } from "../formats/formats.ts";
import { digestOf } from "../platform/digest-of.ts";
import type { LocalFile, Platform } from "../platform/platform.ts";
import { incomingFolder, incomingLock } from "./incoming.ts";
import type { InstallRecord } from "./records.ts";
import type { Store } from "./store.ts";

export interface ImportOptions {
  /** Default: from the name of the file or folder. */
  id?: string;
  /** Default: from format and quantization. */
  variant?: string;
  signal?: AbortSignal;
}

/** A file to import; `sha256` where somebody has said what it should be. */
export interface ImportFile extends LocalFile {
  sha256?: string;
}

/**
 * Makes a file or folder of the user's an installed model: its format is found by content and validated, its files
 * are hashed and join the store by clone or hard link where the file system can.
 * @throws TenfoldError `unsupported-format`, `invalid-format`, `invalid-input`, `storage-failed`.
 */
export async function importModel(platform: Platform, store: Store, path: string, options: ImportOptions = {}): Promise<InstallRecord> {
  if (!platform.openLocal) throw new TenfoldError("unsupported-format", `There are no file paths on ${platform.name}.`);
  const name = path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
  return importFiles(platform, store, name.replace(/\.[^.]+$/, ""), await platform.openLocal(path), options);
}

/** @throws TenfoldError `digest-mismatch` for a file that is not what somebody has said. */
export async function importFiles(
  platform: Platform,
  store: Store,
  name: string,
  files: readonly ImportFile[],
  options: ImportOptions,
): Promise<InstallRecord> {
  const { signal } = options;
  const handler = await detectFormat(files);
  if (!handler) throw new TenfoldError("unsupported-format", `${name} is not a model in a format that is known here.`);
  for (const { path, sizeBytes } of files) {
    parse(filePathSchema, path, `name of the file ${path}`, "invalid-input");
    if (sizeBytes === 0) throw new TenfoldError("invalid-format", `${path} is empty.`);
  }
  const metadata = await handler.validate(files, signal);
  const id = options.id ?? slug(name);
  const variantId = options.variant ?? slug([handler.format, metadata.quantization].filter(Boolean).join("-"));
  parse(idSchema, id, `id ${id} for the model`, "invalid-input");
  parse(idSchema, variantId, `id ${variantId} for the variant`, "invalid-input");

  const folder = crypto.randomUUID();
  const lock = await platform.files.lock(incomingLock(folder), signal ? { signal } : {});
  try {
    const arrived: Arrived[] = [];
    for (const [index, file] of files.entries()) arrived.push(await bringIn(platform, file, `${incomingFolder}/${folder}/${index}`, signal));
    const variant = describe(variantId, handler.format, metadata.quantization, arrived, platform.clock.timestamp());
    const existing = await store.find(id, variantId);
    if (existing && !sameContent(existing, arrived)) {
      throw new TenfoldError("invalid-input", `${id}:${variantId} is installed already, with other files.`, {
        remedy: "Choose another id, or remove that one first.",
      });
    }
    const claim = await store.claim(
      arrived.map(({ chunkList }) => chunkList.sha256),
      signal,
    );
    try {
      for (const file of arrived) await settle(platform, store, file, signal);
      const record: InstallRecord = existing ?? {
        schemaVersion: 1,
        model: id,
        name: metadata.name || name,
        variant,
        hubUrl: "local:import",
        manifestSha256: await digestOf(platform, canonicalJson(variant)),
        installedAt: platform.clock.timestamp(),
        files: arrived.map(({ path, chunkList }) => ({ path, sha256: chunkList.sha256, sizeBytes: chunkList.sizeBytes })),
        metadata,
      };
      await store.record(record);
      return record;
    } finally {
      await claim.release();
    }
  } finally {
    await platform.files.remove(`${incomingFolder}/${folder}`);
    await lock.release();
  }
}

interface Arrived {
  path: string;
  /** Where it lies in the store. */
  at: string;
  chunkList: ChunkList;
  isForeign: boolean;
}

/** Hashes what is in the store, not what is outside: nobody can change it in between without a trace. */
async function bringIn(platform: Platform, file: ImportFile, at: string, signal: AbortSignal | undefined): Promise<Arrived> {
  const { files } = platform;
  if (!files.bringIn || !file.location) throw new TenfoldError("unsupported-format", `There are no file paths on ${platform.name}.`);
  const way = await files.bringIn(file.location(), at);
  const hasher = createFileHasher(platform);
  await hashRange(platform, at, { start: 0, end: (await files.stat(at))?.sizeBytes ?? 0 }, hasher, signal);
  const chunkList = await hasher.finish();
  if (file.sha256 !== undefined && file.sha256 !== chunkList.sha256) {
    throw new TenfoldError("digest-mismatch", `${file.path} should have SHA-256 ${file.sha256} and has ${chunkList.sha256}.`);
  }
  return { path: file.path, at, chunkList, isForeign: way === "link" };
}

async function settle(platform: Platform, store: Store, { at, chunkList, isForeign }: Arrived, signal: AbortSignal | undefined): Promise<void> {
  const lock = await store.blobs.lock(chunkList.sha256, signal ? { signal } : {});
  try {
    if (await store.blobs.intact(chunkList.sha256)) await platform.files.remove(at);
    else await store.blobs.adopt(chunkList, at, isForeign);
  } finally {
    await lock.release();
  }
}

function describe(id: string, format: string, quantization: string | undefined, arrived: readonly Arrived[], timestamp: string): Variant {
  const evidence = { kind: "verified", by: "import", at: timestamp } as const;
  const artifacts = arrived.map(
    ({ path, chunkList }): Artifact => ({
      path,
      role: roleOf(path),
      sources: [],
      sizeBytes: { value: chunkList.sizeBytes, evidence },
      sha256: { value: chunkList.sha256, evidence },
    }),
  );
  return { id, format, ...(quantization ? { quantization } : {}), artifacts };
}

function roleOf(path: string): ArtifactRole {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (name.startsWith("tokenizer") || name === "vocab.json" || name === "merges.txt") return "tokenizer";
  if (name.endsWith("config.json")) return "configuration";
  return /\.(md|txt|json|png|jpg)$/.test(name) || name.startsWith(".") ? "other" : "weights";
}

function sameContent(record: InstallRecord, arrived: readonly Arrived[]): boolean {
  const wanted = new Set(arrived.map(({ path, chunkList }) => `${path} ${chunkList.sha256}`));
  return record.files.length === wanted.size && record.files.every(({ path, sha256 }) => wanted.has(`${path} ${sha256}`));
}

/** A name as an id: lower case, dashes for what ids exclude. */
export function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .slice(0, 128)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "");
}
