import { open, rm, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { type ChunkList, TenfoldError } from "@tenfold/catalog";
import type { ArtifactStore, OpenArtifact, UnfinishedTransfer } from "./artifact-store.ts";
import { hashFile } from "./hash-file.ts";
import { refuseUnlike } from "./refuse-unlike.ts";

export interface S3Options {
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** "http://127.0.0.1:7070"; absent for Amazon's own. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  /** Before every key: "hub/". Default: none. */
  readonly prefix?: string | undefined;
}

/** S3 takes ten thousand parts of an object; each is held in memory while it is sent, so that it can be sent again. */
const smallestPartBytes = 16 * 1024 * 1024;
const mostParts = 9_000;
const attempts = 6;
/** Nothing is swept away that is younger than a day. */
const freshMs = 12 * 3_600_000;

/**
 * An artifact store in S3-compatible storage. Requests that fail or stay silent are made again, with growing waits; each object and part goes with
 * its SHA-256, so that what arrived damaged is refused there.
 * @throws TenfoldError `storage-failed` when the bucket cannot be reached
 */
export async function createS3Store({ bucket, prefix = "", endpoint, region, accessKeyId, secretAccessKey }: S3Options): Promise<ArtifactStore> {
  // Imported late: a hub without S3 need not load it.
  const s3 = await import("@aws-sdk/client-s3");
  const client = new s3.S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    maxAttempts: attempts,
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 60_000 },
  });
  const place = (sha256: string) => `artifacts/sha256/${sha256}`;
  const object = (sha256: string) => ({ Bucket: bucket, Key: `${prefix}${place(sha256)}` });
  await asked(client.send(new s3.HeadBucketCommand({ Bucket: bucket })), `The bucket ${bucket}`);

  async function look(sha256: string): Promise<{ sizeBytes: number; storedAt: Date } | undefined> {
    try {
      const { ContentLength = 0, LastModified = new Date(0) } = await client.send(new s3.HeadObjectCommand(object(sha256)));
      return { sizeBytes: ContentLength, storedAt: LastModified };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw failure(error, "An artifact");
    }
  }

  async function upload(path: string, { sha256, sizeBytes }: ChunkList): Promise<void> {
    const there = await look(sha256);
    // An object of that name and size is that file; an old one may be swept away in this moment, and is written again.
    if (there?.sizeBytes === sizeBytes && Date.now() - there.storedAt.getTime() < freshMs) return;
    const file = await open(path, "r");
    try {
      if (sizeBytes <= smallestPartBytes) {
        const Body = await file.readFile();
        await client.send(new s3.PutObjectCommand({ ...object(sha256), Body, ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64") }));
      } else await uploadParts(file, sha256, sizeBytes);
    } finally {
      await file.close();
    }
  }

  async function uploadParts(file: Awaited<ReturnType<typeof open>>, sha256: string, sizeBytes: number): Promise<void> {
    const partBytes = Math.max(smallestPartBytes, Math.ceil(sizeBytes / mostParts));
    const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand({ ...object(sha256), ChecksumAlgorithm: "SHA256" }));
    try {
      const Parts: { PartNumber: number; ETag: string | undefined; ChecksumSHA256: string | undefined }[] = [];
      for (let position = 0; position < sizeBytes; position += partBytes) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(partBytes, sizeBytes - position)), 0, undefined, position);
        const PartNumber = Parts.length + 1;
        const sent = await client.send(
          new s3.UploadPartCommand({ ...object(sha256), UploadId, PartNumber, Body: buffer.subarray(0, bytesRead), ChecksumAlgorithm: "SHA256" }),
        );
        Parts.push({ PartNumber, ETag: sent.ETag, ChecksumSHA256: sent.ChecksumSHA256 });
      }
      await client.send(new s3.CompleteMultipartUploadCommand({ ...object(sha256), UploadId, MultipartUpload: { Parts } }));
    } catch (error) {
      await client.send(new s3.AbortMultipartUploadCommand({ ...object(sha256), UploadId })).catch(() => {});
      throw error;
    }
  }

  return {
    async add(path, expected = {}) {
      const chunkList = await hashFile(path).catch((error: unknown) => {
        throw TenfoldError.from(error, "storage-failed", `${path} could not be read`);
      });
      if (chunkList.sizeBytes === 0) throw new TenfoldError("invalid-format", `${path} is empty.`);
      refuseUnlike(chunkList, expected, path);
      await asked(upload(path, chunkList), path);
      return { path: place(chunkList.sha256), chunkList };
    },
    async adopt(path, chunkList) {
      if ((await stat(path)).size !== chunkList.sizeBytes) throw new TenfoldError("size-mismatch", `${path} has changed since it was hashed.`);
      await asked(upload(path, chunkList), path);
      await rm(path);
      return { path: place(chunkList.sha256) };
    },
    async open(sha256) {
      const there = await look(sha256);
      return there === undefined ? undefined : reader(s3, client, object(sha256), there.sizeBytes);
    },
    async *list() {
      const Prefix = `${prefix}${place("")}`;
      for (let ContinuationToken: string | undefined; ; ) {
        const page = await asked(client.send(new s3.ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken })), "The list of artifacts");
        for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
          const sha256 = Key.slice(Prefix.length);
          if (/^[0-9a-f]{64}$/.test(sha256) && LastModified) yield { sha256, sizeBytes: Size, storedAt: LastModified };
        }
        ContinuationToken = page.NextContinuationToken;
        if (ContinuationToken === undefined) return;
      }
    },
    async remove(sha256, before) {
      const there = await look(sha256);
      if (there === undefined || there.storedAt >= before) return false;
      await asked(client.send(new s3.DeleteObjectCommand(object(sha256))), "An artifact");
      return true;
    },
    async unfinished(before) {
      const Prefix = `${prefix}${place("")}`;
      const found: UnfinishedTransfer[] = [];
      for (let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}; ; ) {
        const page = await asked(client.send(new s3.ListMultipartUploadsCommand({ Bucket: bucket, Prefix, ...markers })), "The list of transfers");
        for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
          if (Key === undefined || UploadId === undefined || Initiated === undefined || Initiated >= before) continue;
          const abort = async () => {
            const aborting = client.send(new s3.AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
            // Somebody else may have ended it.
            await aborting.catch((error: unknown) => {
              if (!isMissing(error)) throw failure(error, "A transfer");
            });
          };
          found.push({ name: Key, begunAt: Initiated, remove: abort });
        }
        if (page.IsTruncated !== true) return found;
        markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      }
    },
  };
}

/** Reads on from one answer as long as it is read in order; anything else asks anew. */
function reader(s3: typeof import("@aws-sdk/client-s3"), client: S3Client, object: { Bucket: string; Key: string }, sizeBytes: number): OpenArtifact {
  let body: Readable | undefined;
  let pieces: AsyncIterator<Buffer> | undefined;
  let rest: Uint8Array = new Uint8Array();
  let at = 0;

  async function restart(position: number): Promise<void> {
    body?.destroy();
    const answer = await client.send(new s3.GetObjectCommand({ ...object, Range: `bytes=${position}-` }));
    body = answer.Body as Readable;
    pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    rest = new Uint8Array();
    at = position;
  }

  async function fill(): Promise<void> {
    for (let attempt = 1; rest.length === 0; attempt += 1) {
      try {
        if (pieces === undefined) await restart(at);
        const next = await pieces?.next();
        if (next?.done !== false) throw new TenfoldError("network", "The object storage ended early.");
        rest = next.value;
      } catch (error) {
        // What was read stays read; it goes on from there.
        pieces = undefined;
        if (attempt >= 3) throw failure(error, "An artifact");
      }
    }
  }

  return {
    sizeBytes,
    async read(into, position) {
      if (position >= sizeBytes || into.byteLength === 0) return 0;
      if (position !== at) {
        pieces = undefined;
        rest = new Uint8Array();
        at = position;
      }
      await fill();
      const count = Math.min(into.byteLength, rest.length);
      into.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      at += count;
      return count;
    },
    async close() {
      body?.destroy();
    },
  };
}

async function asked<T>(work: Promise<T>, what: string): Promise<T> {
  return work.catch((error: unknown) => {
    throw failure(error, what);
  });
}

function isMissing(error: unknown): boolean {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404;
}

function failure(error: unknown, what: string): TenfoldError {
  return TenfoldError.from(error, "storage-failed", `${what} could not be reached in the object storage`, {
    // What the storage refuses it will refuse again; what it fails at may pass.
    retryable: ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 500) >= 500,
    remedy: "Check S3_ENDPOINT, S3_BUCKET and the keys, and whether the storage runs.",
  });
}
