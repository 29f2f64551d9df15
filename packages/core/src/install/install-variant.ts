import { type Artifact, type Manifest, TenfoldError, type Variant } from "@tenfold/catalog";
import type { Log } from "../contract/log.ts";
import type { DownloadQueue } from "../downloads/download-queue.ts";
import { resolveSource, type SourceSettings } from "../downloads/source.ts";
import { validateModel } from "../formats/formats.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import type { Platform } from "../platform/platform.ts";
import type { ProgressTracker } from "../progress/progress.ts";
import type { ModelSource } from "../registry/model-source.ts";
import type { InstallRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { ensureBlob } from "./ensure-blob.ts";
import { hasMembers } from "./has-members.ts";
import { type AcceptLicence, requireConsent } from "./require-consent.ts";

export interface InstallContext {
  platform: Platform;
  store: Store;
  log: Log;
  sources: SourceSettings;
  downloads: DownloadQueue;
  lifecycle: Lifecycle;
  progress: ProgressTracker;
  acceptLicence?: AcceptLicence;
  signal?: AbortSignal;
}

/** A variant, and the source that lists it; without a source, as the store remembers it. */
export interface InstallTarget {
  manifest: Pick<Manifest, "id" | "name"> & Partial<Pick<Manifest, "licence">>;
  manifestSha256: string;
  variant: Variant;
  /** Empty when no hub publishes it. */
  hubUrl: string;
  source?: ModelSource;
  /** The record of an earlier installation of the same variant. */
  installed?: InstallRecord;
}

/**
 * Downloads, verifies and validates a variant and records it as installed: all of it or nothing. Files that are
 * there and untouched are not read again. Begins where the lifecycle is: `discovered`, or where a retry re-enters.
 */
export async function installVariant(target: InstallTarget, context: InstallContext): Promise<InstallRecord> {
  const untouched = context.lifecycle.state === "discovered" ? await findUntouched(target, context) : undefined;
  if (untouched) {
    for (const state of ["downloading", "downloaded", "validating", "validated"] as const) context.lifecycle.transition(state);
    context.progress.report("download", 1);
    context.progress.report("validation", 1);
    return untouched;
  }
  if (context.lifecycle.state === "discovered") context.lifecycle.transition("downloading");
  await requireConsent(target.manifest, { ...context, clock: context.platform.clock });
  const { artifacts } = target.variant;
  const members = artifacts.flatMap(filesOf).map(({ sha256 }) => sha256);
  const claim = await context.store.claim(members, context.signal);
  let isBadArchive = false;
  try {
    return await installClaimed(target, context);
  } catch (error) {
    isBadArchive = TenfoldError.is(error, "invalid-format", "size-mismatch", "digest-mismatch") && error.stage === "extraction";
    throw error;
  } finally {
    await claim.release();
    // Not what came out of it before the fault either.
    if (isBadArchive) await context.store.discard([...members, ...archivesOf(artifacts)]);
  }
}

/** The record of an earlier installation when nothing has changed since: then the store is only read. */
async function findUntouched({ installed, variant, manifestSha256 }: InstallTarget, { store }: InstallContext): Promise<InstallRecord | undefined> {
  if (!installed || !sameFiles(installed.variant, variant) || installed.manifestSha256 !== manifestSha256) return undefined;
  for (const { sha256 } of installed.files) if (!(await store.blobs.intact(sha256))) return undefined;
  return (await store.shows(installed)) ? installed : undefined;
}

async function installClaimed(target: InstallTarget, context: InstallContext): Promise<InstallRecord> {
  const { store, lifecycle, progress, platform, signal } = context;
  const { variant } = target;
  const { fetched, sizes } = await fetchFiles(target, context);

  lifecycle.transition("validating");
  progress.report("validation", 0);
  const previous = target.installed;
  const unchanged = previous !== undefined && !fetched && sameFiles(previous.variant, variant);
  if (unchanged && previous.manifestSha256 === target.manifestSha256 && (await store.shows(previous))) {
    lifecycle.transition("validated");
    progress.report("validation", 1);
    return previous;
  }
  const files = variant.artifacts.flatMap(filesOf).map((file) => ({ ...file, sizeBytes: sizes.get(file.sha256) ?? file.sizeBytes ?? 0 }));
  const metadata = await validateModel(
    variant.format,
    files.map((file) => ({ ...file, read: (range) => platform.files.read(store.blobs.dataPath(file.sha256), range) })),
    signal,
  );
  const record: InstallRecord = {
    schemaVersion: 1,
    model: target.manifest.id,
    name: target.manifest.name,
    variant,
    hubUrl: target.hubUrl,
    manifestSha256: target.manifestSha256,
    installedAt: platform.clock.timestamp(),
    files,
    metadata,
  };
  await store.record(record);
  lifecycle.transition("validated");
  progress.report("validation", 1);
  return record;
}

/** Brings the files of the variant into the store, whole. Archives stay there only for as long as they are unpacked. */
async function fetchFiles(target: InstallTarget, context: InstallContext): Promise<Fetched> {
  const { store, lifecycle, progress, signal } = context;
  const archives = archivesOf(target.variant.artifacts);
  const claim = archives.length > 0 ? await store.claim(archives, signal) : undefined;
  let result: Fetched;
  try {
    if (lifecycle.state !== "downloading" && !(await isHere(target, context)))
      for (const state of ["validating", "downloading"] as const) lifecycle.transition(state);
    result = await fetchArtifacts(target, context);
    if (lifecycle.state === "downloading") {
      lifecycle.transition("downloaded");
      progress.report("download", 1);
    }
    if (result.packed.length > 0) {
      lifecycle.transition("extracting");
      await extractArchives(result.packed, context);
      lifecycle.transition("extracted");
    }
  } finally {
    await claim?.release();
  }
  // Not before the own claim is gone; an archive that another process has claimed is dropped by that one.
  if (claim) await store.discard(archives);
  return result;
}

/** Whether what an earlier try had reached still lies in the store: between two tries nobody keeps it there. */
async function isHere({ variant }: InstallTarget, { store: { blobs }, lifecycle }: InstallContext): Promise<boolean> {
  const areIntact = async (sha256s: readonly string[]) => (await Promise.all(sha256s.map(blobs.intact))).every(Boolean);
  for (const artifact of variant.artifacts) {
    if (await areIntact(filesOf(artifact).map(({ sha256 }) => sha256))) continue;
    if (lifecycle.state === "extracted" || !artifact.archive || !(await areIntact(archivesOf([artifact])))) return false;
  }
  return true;
}

async function extractArchives(packed: readonly Artifact[], context: InstallContext): Promise<void> {
  const { platform, store, progress, signal } = context;
  const { extractMembers } = await import("./extract-members.ts");
  progress.report("extraction", 0);
  for (const [index, artifact] of packed.entries()) {
    await extractMembers(artifact, {
      platform,
      blobs: store.blobs,
      ...(signal ? { signal } : {}),
      onProgress: ({ readBytes, totalBytes }) => progress.report("extraction", (index + readBytes / totalBytes) / packed.length),
    });
  }
  progress.report("extraction", 1);
}

interface Fetched {
  /** Of files and archives, by digest. */
  sizes: Map<string, number>;
  /** Whether anything was missing or wrong. */
  fetched: boolean;
  /** Archives whose members are not in the store. */
  packed: Artifact[];
}

async function fetchArtifacts({ variant, hubUrl, source: listedBy }: InstallTarget, context: InstallContext): Promise<Fetched> {
  const { platform, store, log, progress, signal } = context;
  if (variant.artifacts.length === 0) throw new TenfoldError("no-source", `The variant ${variant.id} lists no files.`);
  const totalBytes = variant.artifacts.reduce((sum, artifact) => sum + (artifact.sizeBytes?.value ?? 0), 0);
  const sizes = new Map<string, number>();
  const packed: Artifact[] = [];
  let doneBytes = 0;
  let fetched = false;
  const meter = createMeter(platform.clock.now);

  for (const artifact of variant.artifacts) {
    if (artifact.archive) {
      const onDamage = (path: string) =>
        log("warning", `${path} was changed or damaged on this device; ${artifact.path} is fetched again.`, { file: path, archive: artifact.path });
      if (await hasMembers(artifact.archive, store.blobs, { ...(signal ? { signal } : {}), onDamage })) continue;
      fetched = true;
      packed.push(artifact);
    }
    const settings = { ...context.sources, ...(hubUrl === "" ? {} : { hubUrl }) };
    const { sizeBytes } = await ensureBlob(artifact, {
      platform,
      downloads: context.downloads,
      blobs: store.blobs,
      log,
      sources: artifact.sources.map((source) => resolveSource(source, artifact.sha256?.value ?? "", settings)).filter((source) => source !== undefined),
      chunkList: async () => (artifact.chunkList ? listedBy?.chunkList?.(artifact.chunkList.value, signal) : undefined),
      ...(signal ? { signal } : {}),
      onProgress: ({ receivedBytes, totalBytes: fileBytes }) => {
        fetched = true;
        const total = Math.max(totalBytes, doneBytes + (fileBytes ?? receivedBytes));
        const received = doneBytes + receivedBytes;
        progress.report("download", received / total, { received, total, perSecond: meter(received) });
      },
      onDamage: (bad, chunks) => {
        fetched = true;
        log("warning", `${artifact.path} was changed or damaged on this device: ${bad} of ${chunks} chunks are wrong and are fetched again.`, {
          file: artifact.path,
          bad,
          chunks,
        });
      },
    });
    if (artifact.sha256) sizes.set(artifact.sha256.value, sizeBytes);
    doneBytes += sizeBytes;
  }
  return { sizes, fetched, packed };
}

/** Bytes per second since the first report, which may begin far into a resumed file. */
function createMeter(now: () => number): (received: number) => number {
  let first: { at: number; received: number } | undefined;
  return (received) => {
    first ??= { at: now(), received };
    const elapsedMs = now() - first.at;
    return elapsedMs > 0 ? ((received - first.received) * 1000) / elapsedMs : 0;
  };
}

/** The files of the model that an artifact stands for: itself, or what it holds. */
function filesOf({ path, sha256, sizeBytes, archive }: Artifact): { path: string; sha256: string; sizeBytes?: number }[] {
  if (archive) return archive.members.map((member) => ({ path: member.path, sha256: member.sha256, sizeBytes: member.sizeBytes }));
  return sha256 ? [{ path, sha256: sha256.value, ...(sizeBytes ? { sizeBytes: sizeBytes.value } : {}) }] : [];
}

function archivesOf(artifacts: readonly Artifact[]): string[] {
  return artifacts.flatMap(({ archive, sha256 }) => (archive && sha256 ? [sha256.value] : []));
}

function sameFiles(left: Variant, right: Variant): boolean {
  const names = (variant: Variant) => variant.artifacts.map((artifact) => `${artifact.path} ${artifact.sha256?.value}`).join("\n");
  return names(left) === names(right);
}
