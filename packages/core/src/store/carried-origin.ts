import { channelIdSchema, type Manifest, type Release, TenfoldError } from "@tenfold/catalog";
import { createHubCatalog, documentLimitBytes, type HubCatalog } from "../catalogs/hub-catalog.ts";
import { type Log, silentLog } from "../contract/log.ts";
import { isRevoked } from "../discovery/revocations.ts";
import { filesOf } from "../install/artifact-files.ts";
import type { Files } from "../platform/files.ts";
import type { Platform } from "../platform/platform.ts";
import { isPassedOver } from "../registry/passed-over.ts";
import type { InstallRecord } from "./records.ts";

/** Who says that a carried model is what it claims to be. */
export type CarriedOrigin =
  | {
      kind: "signed";
      hubUrl: string;
      /** The newest one that names this very model. */
      release: number;
      rootFingerprint: string;
      /** The hub's keys were made without a person. */
      isDevelopment: boolean;
      /** Nobody had named the hub's root here: it was taken as it came, and holds from now on. */
      isFirstUse: boolean;
    }
  | { kind: "unsigned"; reason: string };

interface Vouched {
  origin: CarriedOrigin;
  manifest: Manifest;
  /** SHA-256 of the documents that say so. */
  documents: string[];
}

/** In an exported folder: what the hub published, at the paths below its address. */
const carriedFolder = "hub";
const documentPath = (sha256: string) => `catalog/sha256/${sha256}`;

/**
 * Writes what the hub signed about an installed model into a folder, as far as it is known here: asked from the hub when it is in reach.
 * Never fails for want of a signature.
 */
export async function carrySignature(
  platform: Platform,
  record: InstallRecord,
  target: Files,
  log: Log,
  signal: AbortSignal | undefined,
): Promise<CarriedOrigin> {
  const { createTrustStateFile, metadataFiles, trustFolder } = await import("../trust/index.ts");
  const state = createTrustStateFile(platform, trustFolder(record.hubUrl));
  if (!/^https?:/.test(record.hubUrl) || !(await state.read())) return { kind: "unsigned", reason: "it came from no hub that signs" };
  let vouched: Vouched | undefined;
  try {
    vouched = await vouchFor(platform, record, log, signal);
  } catch (error) {
    if (!isPassedOver(error)) throw error;
    return { kind: "unsigned", reason: error.message };
  }
  if (!vouched) return { kind: "unsigned", reason: `no release of ${record.hubUrl} names it as it is installed: pull it again first` };
  const known = await state.read();
  if (known) for (const [name, bytes] of metadataFiles(known)) await target.writeAtomic(`${carriedFolder}/tuf/${name}`, bytes);
  for (const sha256 of vouched.documents) {
    await target.writeAtomic(`${carriedFolder}/${documentPath(sha256)}`, await platform.files.read(`catalogs/documents/${sha256}.json`));
  }
  return vouched.origin;
}

export interface CheckedOrigin {
  origin: CarriedOrigin;
  /** What the hub says the model is. */
  manifest?: Manifest;
}

/** Whether the hub was added to this store, or anything of it was believed before. */
async function isKnownHub(platform: Platform, hubUrl: string): Promise<boolean> {
  const { createHubList, createTrustStateFile, trustFolder } = await import("../trust/index.ts");
  if (await createTrustStateFile(platform, trustFolder(hubUrl)).read()) return true;
  return (await createHubList(platform).list()).some(({ url }) => url === hubUrl);
}

/**
 * Checks what {@link carrySignature} wrote, against the hub's root that this store knows. What was newer than anything known of the hub is
 * remembered: its revocations hold here from now on. Where a signature is required, it has to be of a hub that is known here already.
 * @throws TenfoldError `untrusted-catalog`, `expired-catalog`, `revoked`, `digest-mismatch`.
 */
export async function checkSignature(
  platform: Platform,
  record: InstallRecord,
  source: Files,
  { isRequired, log, signal }: { isRequired: boolean; log: Log; signal: AbortSignal | undefined },
): Promise<CheckedOrigin> {
  const oldestRoot = Math.min(...(await source.list(`${carriedFolder}/tuf`)).flatMap((name) => /^(\d+)\.root\.json$/.exec(name)?.[1] ?? []).map(Number));
  if (!Number.isFinite(oldestRoot)) {
    if (!isRequired) return { origin: { kind: "unsigned", reason: "the folder carries no signature" } };
    throw new TenfoldError("untrusted-catalog", `${record.model} is not signed: the folder carries no signature.`, {
      remedy: "Export it where the hub that publishes it is known and in reach.",
    });
  }
  if (isRequired && !(await isKnownHub(platform, record.hubUrl))) {
    throw new TenfoldError("untrusted-catalog", `${record.model} is signed by ${record.hubUrl}, and no such hub is known here.`, {
      remedy: "Add the hub with the fingerprint of its root that its owner told you: tenfold hub add URL --fingerprint FINGERPRINT.",
    });
  }
  const answering = (what: RegExp): Platform => ({ ...platform, fetch: fetchFrom(source, record.hubUrl, what) });
  let vouched: Vouched | undefined;
  try {
    vouched = await vouchFor(answering(/^(tuf|catalog)\//), record, log, signal, { oldestRoot });
  } catch (error) {
    // An older export may still be named by what is known from a newer one.
    if (!isPassedOver(error)) throw error;
    vouched = await vouchFor(answering(/^catalog\//), record, silentLog, signal).catch((other: unknown) => {
      if (!isPassedOver(other)) throw other;
      return undefined;
    });
    if (!vouched) throw explained(error);
  }
  if (!vouched) {
    throw new TenfoldError("untrusted-catalog", `No release of ${record.hubUrl} names ${record.model} as it lies in the folder.`, {
      remedy: "Export it again where the hub is in reach.",
    });
  }
  return vouched;
}

async function vouchFor(
  platform: Platform,
  record: InstallRecord,
  log: Log,
  signal: AbortSignal | undefined,
  carried?: { oldestRoot: number },
): Promise<Vouched | undefined> {
  let isFirstUse = false;
  for (const channel of channelIdSchema.options) {
    const catalog = createHubCatalog({ url: record.hubUrl, channel, ...(carried ? { carried } : {}) }, platform, log);
    const published = await catalog.published(signal).catch(unlessAbsent);
    isFirstUse ||= published?.trusted.isFirstUse ?? false;
    const manifest = published && (await manifestOf(record, published.release, catalog, signal));
    if (!manifest) continue;
    const { rootFingerprint, isDevelopment } = published.trusted;
    return {
      origin: { kind: "signed", hubUrl: catalog.hubUrl, release: published.release.number, rootFingerprint, isDevelopment, isFirstUse },
      manifest,
      documents: [published.sha256, record.manifestSha256],
    };
  }
  return undefined;
}

/** The manifest that a release names for an installed model, when it is the one that the model was installed by and lists its very files. */
async function manifestOf(record: InstallRecord, release: Release, catalog: HubCatalog, signal: AbortSignal | undefined): Promise<Manifest | undefined> {
  if (release.models.find(({ id }) => id === record.model)?.manifest.sha256 !== record.manifestSha256) return undefined;
  const manifest = (await catalog.manifest(record.model, signal))?.manifest;
  const variant = manifest?.variants.find(({ id }) => id === record.variant.id);
  const listed = new Map(variant?.artifacts.flatMap(filesOf).map(({ path, sha256 }) => [path, sha256]));
  if (!manifest || !variant || record.files.length !== listed.size || record.files.some(({ path, sha256 }) => listed.get(path) !== sha256)) return undefined;
  const revoked = isRevoked(release.revocations ?? [], manifest, variant);
  if (revoked) throw new TenfoldError("revoked", `${record.model}:${variant.id} was revoked on ${revoked.at}: ${revoked.reason}`);
  return manifest;
}

/** A channel may have no release at all. */
function unlessAbsent(error: unknown): undefined {
  if (!TenfoldError.is(error, "catalog-unreachable")) throw error;
}

/** Answers from the folder what the hub would have answered, for paths below its address that fit. */
function fetchFrom(source: Files, hubUrl: string, fits: RegExp): typeof globalThis.fetch {
  return async (input) => {
    const url = input instanceof Request ? input.url : String(input);
    const path = url.startsWith(`${hubUrl}/`) ? url.slice(hubUrl.length + 1) : "";
    const isKnown = fits.test(path) && /^(tuf\/[\w.]+|catalog\/sha256\/[0-9a-f]{64})$/.test(path);
    if (!isKnown || (await source.stat(`${carriedFolder}/${path}`))?.kind !== "file") return new Response(null, { status: 404, statusText: "Not Carried" });
    // One byte more than anything may have: what is longer is refused as it is from a hub, and not read into memory before.
    return new Response(new Uint8Array(await source.read(`${carriedFolder}/${path}`, { start: 0, end: documentLimitBytes + 1 })));
  };
}

function explained(error: TenfoldError): TenfoldError {
  return new TenfoldError(error.code, `What the folder carries of its hub's signatures does not hold: ${error.message}`, {
    cause: error,
    remedy:
      'Export the model again where the hub is in reach. Who goes by the digests alone passes `signature: "ignored"`, or --signature ignored on the command line.',
    ...(error.details ? { details: error.details } : {}),
  });
}
