import { type Artifact, type Manifest, TenfoldError, type Variant } from "@tenfold/catalog";
import type { Log } from "../contract/log.ts";
import type { DownloadQueue } from "../downloads/download-queue.ts";
import type { SourceSettings } from "../downloads/source.ts";
import { validateModel } from "../formats/formats.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import type { Platform } from "../platform/platform.ts";
import type { ProgressTracker } from "../progress/progress.ts";
import type { ModelSource } from "../registry/model-source.ts";
import type { InstallRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { archivesOf, filesOf } from "./artifact-files.ts";
import { type Fetched, fetchArtifacts } from "./fetch-artifacts.ts";
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
  manifest: Pick<Manifest, "id" | "name"> & Partial<Pick<Manifest, "licence" | "chatTemplate">>;
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
    metadata: { ...templateOf(target), ...metadata },
  };
  await store.record(record);
  lifecycle.transition("validated");
  progress.report("validation", 1);
  return record;
}

/** The chat template that the manifest carries, for files that have none; without a source, as the store remembers it. */
function templateOf({ manifest, source, installed }: InstallTarget): { chatTemplate?: string } {
  const inline = manifest.chatTemplate?.kind === "inline" ? manifest.chatTemplate.source : undefined;
  const chatTemplate = source ? inline : installed?.metadata.chatTemplate;
  return chatTemplate === undefined ? {} : { chatTemplate };
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

function sameFiles(left: Variant, right: Variant): boolean {
  const names = (variant: Variant) => variant.artifacts.map((artifact) => `${artifact.path} ${artifact.sha256?.value}`).join("\n");
  return names(left) === names(right);
}
