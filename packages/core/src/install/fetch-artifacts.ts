import { type Artifact, type ChunkList, TenfoldError } from "@tenfold/catalog";
import { requireSpace } from "../downloads/require-space.ts";
import { resolveSource } from "../downloads/source.ts";
import { ensureBlob } from "./ensure-blob.ts";
import { hasMembers } from "./has-members.ts";
import type { InstallContext, InstallTarget } from "./install-variant.ts";
import { createTransferProgress, type TransferProgress } from "./transfer-progress.ts";

export interface Fetched {
  /** Of files and archives, by digest. */
  sizes: Map<string, number>;
  /** Whether anything was missing or wrong. */
  fetched: boolean;
  /** Archives whose members are not in the store, in the order of the variant. */
  packed: Artifact[];
}

/** More than connections: each holds an open file while it waits for one. */
const mostAtOnce = 32;

/**
 * Brings what is missing into the store, all files at once: the download queue shares out the connections. The first
 * that fails ends the others; what came of them is kept.
 */
export async function fetchArtifacts(target: InstallTarget, context: InstallContext): Promise<Fetched> {
  const { platform, progress, signal } = context;
  const { variant } = target;
  // The system brings its own.
  if (variant.artifacts.length === 0 && variant.format !== "system") throw new TenfoldError("no-source", `The variant ${variant.id} lists no files.`);
  const packed = await findPacked(variant.artifacts, context);
  // Two paths may show one file.
  const wanted = new Map<string, Artifact>();
  for (const artifact of variant.artifacts) if (!artifact.archive || packed.includes(artifact)) wanted.set(artifact.sha256?.value ?? artifact.path, artifact);
  await preflight(wanted, variant.id, context);

  const sizes = new Map([...wanted].map(([key, { sizeBytes }]) => [key, sizeBytes?.value ?? 0]));
  const transfers = createTransferProgress(sizes, progress, platform.clock.now);
  const state = { fetched: packed.length > 0 };
  await allAtOnce([...wanted.values()], signal, async (artifact, ownSignal) => {
    await fetchArtifact(artifact, target, { ...context, signal: ownSignal }, { transfers, sizes, state });
  });
  return { sizes, fetched: state.fetched, packed };
}

async function findPacked(artifacts: readonly Artifact[], { store, log, signal }: InstallContext): Promise<Artifact[]> {
  const packed: Artifact[] = [];
  for (const artifact of artifacts) {
    if (!artifact.archive) continue;
    const onDamage = (path: string) =>
      log("warning", `${path} was changed or damaged on this device; ${artifact.path} is fetched again.`, { file: path, archive: artifact.path });
    if (!(await hasMembers(artifact.archive, store.blobs, { ...(signal ? { signal } : {}), onDamage }))) packed.push(artifact);
  }
  return packed;
}

/** Each download sees to its own space; together they need what all of them lack. */
async function preflight(wanted: ReadonlyMap<string, Artifact>, name: string, { platform, store: { blobs } }: InstallContext): Promise<void> {
  let neededBytes = 0;
  for (const [sha256, { sizeBytes }] of wanted) {
    if (!sizeBytes || (await platform.files.stat(blobs.dataPath(sha256)))) continue;
    const presentBytes = (await platform.files.stat(blobs.partialPath(sha256)))?.sizeBytes ?? 0;
    neededBytes += Math.max(0, sizeBytes.value - presentBytes);
  }
  if (neededBytes > 0) await requireSpace(platform, neededBytes, name);
}

interface Running {
  transfers: TransferProgress;
  sizes: Map<string, number>;
  state: { fetched: boolean };
}

async function fetchArtifact(artifact: Artifact, { hubUrl, source: listedBy }: InstallTarget, context: InstallContext, running: Running): Promise<void> {
  const { platform, store, log, downloads, signal } = context;
  const { transfers, sizes, state } = running;
  const sha256 = artifact.sha256?.value ?? "";
  const settings = { ...context.sources, ...(hubUrl === "" ? {} : { hubUrl }) };
  const { sizeBytes } = await ensureBlob(artifact, {
    platform,
    downloads,
    blobs: store.blobs,
    log,
    sources: artifact.sources.map((source) => resolveSource(source, sha256, settings)).filter((source) => source !== undefined),
    chunkList: () => findChunkList(artifact, listedBy, context),
    ...(signal ? { signal } : {}),
    onProgress: (progress) => {
      state.fetched = true;
      transfers.report(sha256, progress);
    },
    onDamage: (bad, chunks) => {
      state.fetched = true;
      log("warning", `${artifact.path} was changed or damaged on this device: ${bad} of ${chunks} chunks are wrong and are fetched again.`, {
        file: artifact.path,
        bad,
        chunks,
      });
    },
  });
  sizes.set(sha256, sizeBytes);
  transfers.complete(sha256, sizeBytes);
}

/** Without a chunk list that is understood here, the digest of the whole file decides alone. */
async function findChunkList(
  { path, chunkList }: Artifact,
  listedBy: InstallTarget["source"],
  { log, signal }: InstallContext,
): Promise<ChunkList | undefined> {
  if (!chunkList) return undefined;
  try {
    return await listedBy?.chunkList?.(chunkList.value, signal);
  } catch (error) {
    if (!TenfoldError.is(error, "unsupported-schema-version")) throw error;
    log("warning", `${error.message} ${path} is verified as a whole.`, { file: path });
    return undefined;
  }
}

/** Rejects with the first failure, once nobody works on anything any more. */
async function allAtOnce<Item>(
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const ownSignal = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const waiting = items.values();
  const failures: unknown[] = [];
  async function lane(): Promise<void> {
    for (const item of waiting) {
      if (ownSignal.aborted) return;
      try {
        await work(item, ownSignal);
      } catch (error) {
        failures.push(error);
        failed.abort(error);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
  signal?.throwIfAborted();
}
