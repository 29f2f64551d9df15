import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Artifact, type ChunkList, type Source, TenfoldError } from "@tenfold/catalog";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { Fetcher } from "../fetching/create-fetcher.ts";
import type { Credentials } from "../imports/credentials.ts";
import type { JobContext } from "../jobs/job-kind.ts";
import { fetchFile } from "./fetch-file.ts";
import { readStored } from "./read-stored.ts";

export interface BringParts {
  readonly store: ArtifactStore;
  readonly fetcher: Fetcher;
  readonly credentials: Credentials;
  readonly huggingFaceEndpoint: string;
  readonly mostFileBytes: number;
}

export interface BroughtFile {
  readonly artifact: Artifact;
  readonly location: string;
  readonly chunkList: ChunkList;
  /** "this hub", or a host. */
  readonly from: string;
}

const longestMs = 24 * 3_600_000;

/**
 * Brings an artifact into a folder, from this hub or from the first of its sources that has it.
 * @throws TenfoldError `no-source`, and what the last source was refused with.
 */
export async function bringArtifact(artifact: Artifact, folder: string, parts: BringParts, job: JobContext): Promise<BroughtFile> {
  const { store, fetcher, credentials, huggingFaceEndpoint, mostFileBytes } = parts;
  const location = join(folder, artifact.path);
  await mkdir(dirname(location), { recursive: true });
  const onProgress = (doneBytes: number, totalBytes = artifact.sizeBytes?.value) =>
    job.progress({ stage: `reading ${artifact.path}`, doneBytes, ...(totalBytes !== undefined && { totalBytes }) });

  const held = artifact.sha256 && (await readStored(store, artifact.sha256.value, { to: location, signal: job.signal, onProgress }));
  if (held) job.log(`read ${artifact.path} from this hub`);
  if (held) return { artifact, location, chunkList: held, from: "this hub" };

  let failure: unknown;
  for (const source of artifact.sources) {
    const url = addressOf(source, huggingFaceEndpoint);
    if (url === undefined) continue;
    const { host } = new URL(url);
    job.log(`reading ${artifact.path} from ${host}`);
    try {
      const fetch = fetcher.limited({ mostBytes: mostFileBytes, timeoutMs: longestMs });
      const headers = await credentials.headersFor(url);
      const chunkList = await fetchFile({ fetch, url, headers, to: location, mostBytes: mostFileBytes, signal: job.signal, onProgress });
      return { artifact, location, chunkList, from: host };
    } catch (error) {
      job.signal.throwIfAborted();
      // A full disk is full for every source.
      if (TenfoldError.is(error, "disk-full", "storage-failed")) throw error;
      job.log(`${host}: ${error instanceof Error ? error.message : String(error)}`, "warning");
      failure = error;
    }
  }
  throw failure ?? new TenfoldError("no-source", `There is no place that ${artifact.path} can be read from.`, { remedy: "Add a source, or upload the file." });
}

function addressOf(source: Source, huggingFaceEndpoint: string): string | undefined {
  if (source.kind === "https") return source.url;
  if (source.kind !== "hugging-face") return undefined;
  const path = source.path.split("/").map(encodeURIComponent).join("/");
  return `${huggingFaceEndpoint}/${source.repository}/resolve/${source.revision?.value ?? "main"}/${path}`;
}
