import { type Manifest, TenfoldError, type Variant } from "@tenfold/catalog";
import type { Log } from "../contract/log.ts";
import { resolveSource, type SourceSettings } from "../downloads/source.ts";
import { validateModel } from "../formats/formats.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import type { Platform } from "../platform/platform.ts";
import type { ProgressTracker } from "../progress/progress.ts";
import type { ModelSource } from "../registry/model-source.ts";
import type { InstallRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { ensureBlob } from "./ensure-blob.ts";

export interface InstallContext {
  platform: Platform;
  store: Store;
  log: Log;
  sources: SourceSettings;
  lifecycle: Lifecycle;
  progress: ProgressTracker;
  signal?: AbortSignal;
}

/** A variant, and the source that lists it; without a source, as the store remembers it. */
export interface InstallTarget {
  manifest: Pick<Manifest, "id" | "name">;
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
 * there and untouched are not read again.
 */
export async function installVariant(target: InstallTarget, context: InstallContext): Promise<InstallRecord> {
  const untouched = await findUntouched(target, context);
  if (untouched) {
    for (const state of ["downloading", "downloaded", "validating", "validated"] as const) context.lifecycle.transition(state);
    context.progress.report("download", 1);
    context.progress.report("validation", 1);
    return untouched;
  }
  const digests = target.variant.artifacts.flatMap(({ sha256 }) => (sha256 ? [sha256.value] : []));
  const claim = await context.store.claim(digests, context.signal);
  try {
    return await installClaimed(target, context);
  } finally {
    await claim.release();
  }
}

/** The record of an earlier installation when nothing has changed since: then the store is only read. */
async function findUntouched({ installed, variant, manifestSha256 }: InstallTarget, { platform, store }: InstallContext): Promise<InstallRecord | undefined> {
  if (!installed || !sameFiles(installed.variant, variant) || installed.manifestSha256 !== manifestSha256) return undefined;
  for (const { path, sha256 } of installed.files) {
    if (!(await store.blobs.intact(sha256)) || !(await platform.files.stat(`views/${installed.model}/${installed.variant.id}/${path}`))) return undefined;
  }
  return installed;
}

async function installClaimed(target: InstallTarget, context: InstallContext): Promise<InstallRecord> {
  const { store, lifecycle, progress, platform, signal } = context;
  const { variant } = target;
  lifecycle.transition("downloading");
  const { sizes, fetched } = await fetchArtifacts(target, context);
  lifecycle.transition("downloaded");
  progress.report("download", 1);

  lifecycle.transition("validating");
  progress.report("validation", 0);
  const previous = target.installed;
  const unchanged = previous !== undefined && !fetched && sameFiles(previous.variant, variant);
  if (unchanged && previous.manifestSha256 === target.manifestSha256 && (await store.shows(previous))) {
    lifecycle.transition("validated");
    progress.report("validation", 1);
    return previous;
  }
  const files = variant.artifacts.map((artifact, index) => ({ path: artifact.path, sha256: artifact.sha256?.value ?? "", sizeBytes: sizes[index] ?? 0 }));
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

async function fetchArtifacts({ variant, hubUrl, source: listedBy }: InstallTarget, context: InstallContext): Promise<{ sizes: number[]; fetched: boolean }> {
  const { platform, store, log, progress, signal } = context;
  if (variant.artifacts.length === 0) throw new TenfoldError("no-source", `The variant ${variant.id} lists no files.`);
  const totalBytes = variant.artifacts.reduce((sum, artifact) => sum + (artifact.sizeBytes?.value ?? 0), 0);
  const sizes: number[] = [];
  let doneBytes = 0;
  let fetched = false;
  const meter = createMeter(platform.clock.now);

  for (const artifact of variant.artifacts) {
    const settings = { ...context.sources, ...(hubUrl === "" ? {} : { hubUrl }) };
    const { sizeBytes } = await ensureBlob(artifact, {
      platform,
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
    sizes.push(sizeBytes);
    doneBytes += sizeBytes;
  }
  return { sizes, fetched };
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

function sameFiles(left: Variant, right: Variant): boolean {
  const names = (variant: Variant) => variant.artifacts.map((artifact) => `${artifact.path} ${artifact.sha256?.value}`).join("\n");
  return names(left) === names(right);
}
