import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ArchiveKind, type ChunkList, type Licence, type Manifest, TenfoldError } from "@tenfold/catalog";
import { roleOf } from "@tenfold/core/hugging-face";
import { fileNameOfUrl, inspectFiles } from "@tenfold/core/inspect";
import { z } from "zod";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { openLocalFile } from "../artifacts/open-local-file.ts";
import { saveStoredFiles } from "../artifacts/save-stored-files.ts";
import { archiveKindOf, type UnpackedFile, unpackArchive } from "../artifacts/unpack-archive.ts";
import type { Database } from "../database/open-database.ts";
import type { Fetcher } from "../fetching/create-fetcher.ts";
import { type JobContext, type JobKind, jobKind } from "../jobs/job-kind.ts";
import { createDocument } from "../publishing/create-document.ts";
import { saveDocuments } from "../publishing/save-documents.ts";
import { fetchFile } from "../verification/fetch-file.ts";
import { readStored } from "../verification/read-stored.ts";
import type { Credentials } from "./credentials.ts";
import { findKaggleArchive, kaggleHandleSchema } from "./kaggle.ts";
import { idOfName, manifestOfFile } from "./manifest-of-file.ts";
import { saveProposal } from "./plan-import.ts";

/** Where an archive is, and who asked. */
export const readArchiveInput = z.object({
  from: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("stored"), sha256: z.string(), name: z.string() }),
    z.object({ kind: z.literal("archive"), url: z.string() }),
    z.object({ kind: z.literal("kaggle"), handle: kaggleHandleSchema }),
  ]),
  createdBy: z.string().optional(),
});

export interface ReadArchiveParts {
  readonly database: Database;
  readonly store: ArtifactStore;
  readonly fetcher: Fetcher;
  readonly credentials: Credentials;
  readonly kaggleEndpoint: string;
  readonly mostFileBytes: number;
  /** Where files lie meanwhile, in the data folder. */
  readonly folder: string;
  readonly clock: () => Date;
}

/** An archive that is here now, and what was said of it. */
interface Brought {
  readonly name: string;
  readonly location: string;
  readonly chunkList: ChunkList;
  readonly origin: string;
  readonly url?: string;
  readonly about?: { readonly id: string; readonly publisher: string; readonly licence: Licence; readonly description?: string };
}

const longestMs = 24 * 3_600_000;
/** Of what Kaggle says of a model. */
const mostAnswerBytes = 4 * 1024 * 1024;

/**
 * Reads an archive whole, because nothing less says what it holds: what it holds is listed with digests, and becomes a proposal under the job's own id. The
 * archive is kept, so that verifying need not fetch it again; one that nobody imports is swept away later.
 */
export function readArchiveKind(parts: ReadArchiveParts): JobKind {
  return jobKind({
    name: "read-archive",
    input: readArchiveInput,
    mostAttempts: 5,
    async run({ from, createdBy }, job) {
      const folder = join(parts.folder, job.jobId);
      const into = join(folder, "unpacked");
      try {
        await rm(folder, { recursive: true, force: true });
        await mkdir(into, { recursive: true });
        const brought = await bring(from, join(folder, "archive"), parts, job);
        const onProgress = (doneBytes: number, totalBytes: number) => job.progress({ stage: `unpacking ${brought.name}`, doneBytes, totalBytes });
        const unpacked = await unpackArchive(brought.location, into, { name: brought.name, signal: job.signal, onProgress });
        job.log(`${brought.name} holds ${unpacked.files.length} files`);
        const manifest = await describe(brought, unpacked, parts.clock());
        job.signal.throwIfAborted();
        const { sha256, sizeBytes } = brought.chunkList;
        const { path } = await parts.store.adopt(brought.location, brought.chunkList);
        const document = createDocument("chunkList", brought.chunkList);
        return {
          result: { proposal: job.jobId },
          async write(transaction) {
            await saveDocuments(transaction, [document]);
            await saveStoredFiles(transaction, [{ sha256, sizeBytes, path, chunkListSha256: document.sha256 }]);
            const by = createdBy === undefined ? {} : { createdBy };
            await saveProposal(transaction, { id: job.jobId, origin: brought.origin, manifests: [manifest], ...by });
          },
        };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  });
}

async function bring(from: z.output<typeof readArchiveInput>["from"], to: string, parts: ReadArchiveParts, job: JobContext): Promise<Brought> {
  if (from.kind === "stored") return bringStored(from, to, parts.store, job);
  const fetch = parts.fetcher.limited({ mostBytes: parts.mostFileBytes, timeoutMs: longestMs });
  const fetchFrom = async (url: string, name: string) => {
    const { host } = new URL(url);
    job.log(`reading ${name} from ${host}`);
    const onProgress = (doneBytes: number, totalBytes?: number) =>
      job.progress({ stage: `reading ${name}`, doneBytes, ...(totalBytes !== undefined && { totalBytes }) });
    const headers = await parts.credentials.headersFor(url);
    return fetchFile({ fetch, url, headers, to, mostBytes: parts.mostFileBytes, signal: job.signal, onProgress });
  };
  if (from.kind === "archive") {
    const name = fileNameOfUrl(from.url);
    return { name, location: to, chunkList: await fetchFrom(from.url, name), origin: from.url, url: from.url };
  }
  const { handle } = from;
  const headers = await parts.credentials.headersFor(parts.kaggleEndpoint);
  const ask = parts.fetcher.limited({ mostBytes: mostAnswerBytes, timeoutMs: 60_000 });
  const { url, version, licence, overview } = await findKaggleArchive(handle, { fetch: ask, endpoint: parts.kaggleEndpoint, headers, signal: job.signal });
  const { owner, model, framework, variation } = handle;
  const id = `${model}-${variation}`;
  const chunkList = await fetchFrom(url, `${id}-${version}.tar.gz`);
  const about = {
    id,
    publisher: owner,
    licence: { id: (licence ?? "unknown").slice(0, 100), gated: true },
    ...(overview !== undefined && { description: overview }),
  };
  // Kaggle packs as it likes.
  const extension = (await archiveKindOf(to)) ?? "tar.gz";
  return {
    name: `${id}-${version}.${extension}`,
    location: to,
    chunkList,
    origin: `kaggle:${owner}/${model}/${framework}/${variation}/${version}`,
    url,
    about,
  };
}

/** An upload that the hub keeps already: whichever process does the job finds it there. */
async function bringStored({ sha256, name }: { sha256: string; name: string }, to: string, store: ArtifactStore, job: JobContext): Promise<Brought> {
  const onProgress = (doneBytes: number, totalBytes: number) => job.progress({ stage: `reading ${name}`, doneBytes, totalBytes });
  const chunkList = await readStored(store, sha256, { to, signal: job.signal, onProgress });
  if (chunkList === undefined) throw new TenfoldError("no-source", `The hub does not hold ${name} any more.`, { remedy: "Upload the file again." });
  if (chunkList.sha256 !== sha256) throw new TenfoldError("digest-mismatch", `What the hub holds of ${name} is damaged.`, { remedy: "Upload the file again." });
  return { name, location: to, chunkList, origin: "an upload" };
}

async function describe(
  { name, chunkList, url, about }: Brought,
  { kind, files: members }: { kind: ArchiveKind; files: readonly UnpackedFile[] },
  now: Date,
): Promise<Manifest> {
  const files = await Promise.all(members.map(async (member) => ({ ...(await openLocalFile(member.location)), path: member.path })));
  const { metadata } = await inspectFiles(files);
  const archive = { kind, members: members.map(({ path, sizeBytes, sha256 }) => ({ path, role: roleOf(path), sizeBytes, sha256 })) };
  const { sizeBytes, sha256 } = chunkList;
  const manifest = manifestOfFile({ path: name, sizeBytes, sha256, metadata, archive, at: now.toISOString(), ...(url !== undefined && { url }) });
  return about === undefined ? manifest : { ...manifest, ...about, id: idOfName(about.id) };
}
