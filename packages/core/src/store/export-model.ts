import { type ChunkList, parseJson, TenfoldError } from "@tenfold/catalog";
import * as z from "zod/mini";
import { type Log, silentLog } from "../contract/log.ts";
import { createFileHasher } from "../downloads/file-hasher.ts";
import { validateModel } from "../formats/formats.ts";
import { digestOf } from "../platform/digest-of.ts";
import type { Files } from "../platform/files.ts";
import type { Platform } from "../platform/platform.ts";
import { type CarriedOrigin, type CheckedOrigin, carrySignature, checkSignature } from "./carried-origin.ts";
import { copyPieces } from "./copy-pieces.ts";
import { type InstallRecord, installRecordSchema, recordBytes } from "./records.ts";
import { createStore, type Store } from "./store.ts";

/** Says what an exported folder holds. Written last: a folder without it is not an export. */
export const exportIndexPath = "tenfold-export.json";
const manifestPath = "manifest.json";
const versionSchema = z.object({ schemaVersion: z.int() });
const indexSchema = z.object({ schemaVersion: z.literal(1), record: installRecordSchema });

const documentPath = (sha256: string) => `catalogs/documents/${sha256}.json`;

export interface ExportOptions {
  log?: Log;
  signal?: AbortSignal;
}

export interface ImportExportedOptions extends ExportOptions {
  /**
   * `checked`, the default: a signature that the folder carries must hold, and a hub that nobody knows here is trusted by the root that it shows.
   * `required`: it must carry one, of a hub that is known here. `ignored`: digests count alone, which say that the files are whole, and not
   * whose they are.
   */
  signature?: "required" | "checked" | "ignored";
}

/** A model that was carried, and who says what it is. */
export interface CarriedModel {
  record: InstallRecord;
  origin: CarriedOrigin;
}

/**
 * Copies an installed variant, its digests, its manifest and what its hub signed into an empty folder, to be carried to a device without
 * a network. Every byte is verified on the way. The hub is asked for its newest signatures when it is in reach.
 * @throws TenfoldError `not-installed`, `invalid-input` for a folder that is not empty, `digest-mismatch`.
 */
export async function exportModel(
  platform: Platform,
  store: Store,
  name: { model: string; variant?: string },
  target: Files,
  { log = silentLog, signal }: ExportOptions = {},
): Promise<CarriedModel> {
  const record = await store.find(name.model, name.variant);
  if (!record) throw new TenfoldError("not-installed", `${name.model}${name.variant === undefined ? "" : `:${name.variant}`} is not installed.`);
  if ((await target.list("")).length > 0) throw new TenfoldError("invalid-input", "The folder to export to is not empty.", { remedy: "Name a new one." });
  const origin = await carrySignature(platform, record, target, log, signal);
  for (const { path, sha256 } of record.files)
    await copyVerified(platform, platform.files, store.blobs.dataPath(sha256), target, `files/${path}`, sha256, signal);
  if (await platform.files.stat(documentPath(record.manifestSha256))) {
    await target.writeAtomic(manifestPath, await platform.files.read(documentPath(record.manifestSha256)));
  }
  await target.writeAtomic(exportIndexPath, recordBytes({ schemaVersion: 1, record } satisfies z.infer<typeof indexSchema>));
  return { record, origin };
}

/**
 * Installs what {@link exportModel} wrote. Nothing in the folder is trusted: signature, digests, manifest and format are checked, before
 * anything is copied the signature. What it carries of the hub that is newer than what is known here is remembered, revocations too.
 * @throws TenfoldError `invalid-input` for a folder that is no export or a name that is taken, `untrusted-catalog`, `expired-catalog`, `revoked`,
 * `digest-mismatch`, `invalid-format`, `unsupported-schema-version`.
 */
export async function importExported(
  platform: Platform,
  store: Store,
  source: Files,
  { signature = "checked", log = silentLog, signal }: ImportExportedOptions = {},
): Promise<CarriedModel> {
  const exported = await readIndex(source);
  const { origin, manifest }: CheckedOrigin =
    signature === "ignored"
      ? { origin: { kind: "unsigned", reason: "the signature was not to be checked" } }
      : await checkSignature(platform, exported, source, { isRequired: signature === "required", log, signal });
  // What is signed counts, not what the folder's index says of it.
  const variant = manifest?.variants.find(({ id }) => id === exported.variant.id);
  const record = { ...exported, ...(manifest && variant ? { name: manifest.name, variant } : {}) };
  const layout: Layout = { manifest: manifestPath, file: ({ path }) => `files/${path}` };
  return { record: await bringModel(platform, store, source, record, layout, signal), origin };
}

/**
 * Takes one model along to another store, in {@link to}, and removes it here once it is complete there. The same call goes on after an
 * interruption.
 * @throws TenfoldError `not-installed`, `invalid-input` for a pinned model or a name that is taken there, `digest-mismatch`.
 */
export async function moveModel(
  platform: Platform,
  store: Store,
  name: { model: string; variant?: string },
  to: Files,
  { signal }: ExportOptions = {},
): Promise<InstallRecord[]> {
  const plan = await store.planRemoval(name.model, name.variant);
  if (plan.variants.length === 0)
    throw new TenfoldError("not-installed", `${name.model}${name.variant === undefined ? "" : `:${name.variant}`} is not installed.`);
  const pins = await store.pins();
  const pinned = plan.variants.find(({ model, variant }) => pins.some((pin) => pin.model === model && (pin.variant ?? variant) === variant));
  if (pinned) throw new TenfoldError("invalid-input", `${pinned.model}:${pinned.variant} is pinned.`, { remedy: "Unpin it first, if it may really go." });
  const there: Platform = { ...platform, files: to };
  const target = createStore(there);
  const moved: InstallRecord[] = [];
  for (const { model, variant } of plan.variants) {
    const record = await store.find(model, variant);
    if (!record) continue;
    const layout: Layout = { manifest: documentPath(record.manifestSha256), file: ({ sha256 }) => store.blobs.dataPath(sha256) };
    moved.push(await bringModel(there, target, platform.files, record, layout, signal));
  }
  await store.remove(plan);
  return moved;
}

/** Where a source has the files of a model. */
interface Layout {
  manifest: string;
  file(file: InstallRecord["files"][number]): string;
}

async function bringModel(
  platform: Platform,
  store: Store,
  source: Files,
  exported: InstallRecord,
  layout: Layout,
  signal: AbortSignal | undefined,
): Promise<InstallRecord> {
  const existing = await store.find(exported.model, exported.variant.id);
  const content = (record: InstallRecord) => record.files.map(({ path, sha256 }) => `${path} ${sha256}`).join("\n");
  if (existing && content(existing) !== content(exported)) {
    throw new TenfoldError("invalid-input", `${exported.model}:${exported.variant.id} is installed already, with other files.`, {
      remedy: "Remove that one first.",
    });
  }
  const claim = await store.claim(
    exported.files.map(({ sha256 }) => sha256),
    signal,
  );
  try {
    for (const file of exported.files) await bringBlob(platform, store, source, layout.file(file), file.sha256, signal);
    const files = exported.files.map((file) => ({
      ...file,
      read: (range?: { start: number; end: number }) => platform.files.read(store.blobs.dataPath(file.sha256), range),
    }));
    const metadata = await validateModel(exported.variant.format, files, signal);
    if (await source.stat(layout.manifest)) await bringManifest(platform, source, layout.manifest, exported.manifestSha256);
    const record: InstallRecord = { ...exported, metadata, installedAt: platform.clock.timestamp() };
    await store.record(record);
    return record;
  } finally {
    await claim.release();
  }
}

async function readIndex(source: Files): Promise<InstallRecord> {
  if (!(await source.stat(exportIndexPath))) {
    throw new TenfoldError("invalid-input", "The folder is not a complete export.", { remedy: "Export the model again, and copy the whole folder." });
  }
  const text = new TextDecoder().decode(await source.read(exportIndexPath));
  const { schemaVersion } = parseJson(versionSchema, text, exportIndexPath, "invalid-input");
  if (schemaVersion > 1) throw new TenfoldError("unsupported-schema-version", "The export was written by a newer version of Tenfold.");
  return parseJson(indexSchema, text, exportIndexPath, "invalid-input").record;
}

async function bringBlob(platform: Platform, { blobs }: Store, source: Files, from: string, sha256: string, signal: AbortSignal | undefined): Promise<void> {
  const lock = await blobs.lock(sha256, signal ? { signal } : {});
  try {
    if (await blobs.intact(sha256)) return;
    await blobs.complete(await copyVerified(platform, source, from, platform.files, blobs.partialPath(sha256), sha256, signal));
  } finally {
    await lock.release();
  }
}

/** Copies a file and returns its chunk list; one whose digest is another does not stay. */
export async function copyVerified(
  platform: Platform,
  from: Files,
  path: string,
  to: Files,
  target: string,
  sha256: string,
  signal?: AbortSignal,
): Promise<ChunkList> {
  const hasher = createFileHasher(platform);
  await copyPieces(from, path, to, target, { onPiece: hasher.update, ...(signal ? { signal } : {}) });
  const chunkList = await hasher.finish();
  if (chunkList.sha256 !== sha256) {
    await to.remove(target);
    throw new TenfoldError("digest-mismatch", `${path} has SHA-256 ${chunkList.sha256}, expected ${sha256}.`, {
      remedy: "The file is damaged: pull or export the model again.",
    });
  }
  return chunkList;
}

/** What the hub said of the model stays known here. */
async function bringManifest(platform: Platform, source: Files, path: string, sha256: string): Promise<void> {
  const bytes = await source.read(path);
  if ((await digestOf(platform, bytes)) !== sha256)
    throw new TenfoldError("digest-mismatch", "The manifest in the folder is not the one that the model was installed by.");
  await platform.files.writeAtomic(documentPath(sha256), bytes);
}
