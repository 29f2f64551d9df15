import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { type ChunkList, type Licence, type Manifest, TenfoldError } from "@tenfold/catalog";
import { roleOf } from "@tenfold/core/hugging-face";
import { inspectFiles } from "@tenfold/core/inspect";
import { z } from "zod";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { hashFile } from "../artifacts/hash-file.ts";
import { linkOrCopy } from "../artifacts/link-or-copy.ts";
import { openLocalFile } from "../artifacts/open-local-file.ts";
import { saveStoredFiles } from "../artifacts/save-stored-files.ts";
import { archiveKindOf, type UnpackedFile, unpackArchive } from "../artifacts/unpack-archive.ts";
import type { Database } from "../database/open-database.ts";
import type { Fetcher } from "../fetching/create-fetcher.ts";
import { type JobContext, type JobKind, jobKind } from "../jobs/job-kind.ts";
import { createDocument } from "../publishing/create-document.ts";
import { saveDocuments } from "../publishing/save-documents.ts";
import type { Uploads } from "../uploads/open-uploads.ts";
import { fetchFile } from "../verification/fetch-file.ts";
import type { Credentials } from "./credentials.ts";
import { findKaggleArchive, kaggleHandleSchema } from "./kaggle.ts";
import { idOfName, manifestOfFile } from "./manifest-of-file.ts";
import { saveProposal } from "./plan-import.ts";

/** Where an archive is, and who asked. */
export const readArchiveInput = z.object({
  from: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("upload"), uploadId: z.string() }),
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
  readonly uploads: Uploads;
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
        const members = await unpackArchive(brought.location, into, { name: brought.name, signal: job.signal, onProgress });
        job.log(`${brought.name} holds ${members.length} files`);
        const manifest = await describe(brought, members, parts.clock());
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
  if (from.kind === "upload") return bringUpload(from.uploadId, to, parts.uploads, job);
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
    const name = decodeURIComponent(basename(new URL(from.url).pathname));
    return { name, location: to, chunkList: await fetchFrom(from.url, name), origin: from.url, url: from.url };
  }
  const { handle } = from;
  const headers = await parts.credentials.headersFor(parts.kaggleEndpoint);
  const { url, version, licence, overview } = await findKaggleArchive(handle, { fetch, endpoint: parts.kaggleEndpoint, headers, signal: job.signal });
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

/** The upload stays until it is old: should the hub be killed, it is read again. */
async function bringUpload(uploadId: string, to: string, uploads: Uploads, job: JobContext): Promise<Brought> {
  const upload = await uploads.find(uploadId);
  if (upload === undefined) throw new TenfoldError("invalid-input", "There is no such upload any more.", { remedy: "Upload the file again." });
  const { name, location, sizeBytes } = upload;
  const onProgress = (doneBytes: number) => job.progress({ stage: `reading ${name}`, doneBytes, totalBytes: sizeBytes });
  const chunkList = await hashFile(location, { signal: job.signal, onProgress });
  if (chunkList.sha256 !== upload.sha256) {
    await uploads.remove(uploadId);
    throw new TenfoldError("digest-mismatch", `${name} arrived with the SHA-256 ${chunkList.sha256}, and your browser read ${upload.sha256}.`, {
      remedy: "Upload it again.",
    });
  }
  await linkOrCopy(location, to);
  return { name, location: to, chunkList, origin: "an upload" };
}

async function describe({ name, location, chunkList, url, about }: Brought, members: readonly UnpackedFile[], now: Date): Promise<Manifest> {
  const kind = await archiveKindOf(location);
  if (kind === undefined || members.length === 0) throw new TenfoldError("unsupported-format", `${name} holds no files.`);
  const files = await Promise.all(members.map(async (member) => ({ ...(await openLocalFile(member.location)), path: member.path })));
  const { metadata } = await inspectFiles(files);
  const archive = { kind, members: members.map(({ path, sizeBytes, sha256 }) => ({ path, role: roleOf(path), sizeBytes, sha256 })) };
  const { sizeBytes, sha256 } = chunkList;
  const manifest = manifestOfFile({ path: name, sizeBytes, sha256, metadata, archive, at: now.toISOString(), ...(url !== undefined && { url }) });
  return about === undefined ? manifest : { ...manifest, ...about, id: idOfName(about.id) };
}
