import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type ChunkList, TenfoldError } from "@tenfold/catalog";
import { type ChunkHasher, createChunkHasher } from "../artifacts/chunk-hasher.ts";

export interface FetchFileOptions {
  /** One that reaches no address inside. */
  readonly fetch: typeof globalThis.fetch;
  readonly url: string;
  /** What signs in; it goes to that origin alone. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Where the bytes go. What lies there is replaced. */
  readonly to: string;
  readonly mostBytes: number;
  readonly signal: AbortSignal;
  onProgress(doneBytes: number, totalBytes?: number): void;
  /** How long to wait before going on after a connection broke. Default 1 s, growing. */
  readonly pauseMs?: number;
}

/** Attempts that bring nothing new, one after another. */
const attempts = 3;

/**
 * Brings a file here and hashes it on the way: each byte is read once. A connection that breaks is gone on from where it broke, when the
 * server says that it is still the same file.
 * @throws TenfoldError `network`, `http-status`, `unauthorized`, `size-mismatch`, `timeout`, `disk-full`; the signal's reason when aborted.
 */
export async function fetchFile({ fetch, url, headers = {}, to, mostBytes, signal, onProgress, pauseMs = 1_000 }: FetchFileOptions): Promise<ChunkList> {
  const { host } = new URL(url);
  const file = await open(to, "w");
  let hasher = createChunkHasher();
  let doneBytes = 0;
  let etag: string | undefined;
  let totalBytes: number | undefined;

  async function once(): Promise<void> {
    const range = doneBytes > 0 && etag !== undefined ? { range: `bytes=${doneBytes}-`, "if-range": etag } : {};
    const response = await fetch(url, { headers: { ...headers, "accept-encoding": "identity", ...range }, signal });
    try {
      if (response.status !== 200 && response.status !== 206) throw refusal(response, host);
      // A server that answers with the whole file has another one, or knows no ranges.
      if (response.status === 200 && doneBytes > 0) await startAgain();
      const length = Number(response.headers.get("content-length") ?? Number.NaN);
      totalBytes = Number.isFinite(length) ? doneBytes + length : undefined;
      if (totalBytes !== undefined && totalBytes > mostBytes)
        throw new TenfoldError("size-mismatch", `${host} sends ${totalBytes} bytes, more than the ${mostBytes} that are taken.`);
      const strong = response.headers.get("etag");
      etag = strong === null || strong.startsWith("W/") ? undefined : strong;
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) await take(piece, file, hasher);
    } finally {
      await response.body?.cancel().catch(() => {});
    }
    if (totalBytes !== undefined && doneBytes < totalBytes) throw new TenfoldError("network", `${host} ended ${totalBytes - doneBytes} bytes early.`);
  }

  async function take(piece: Uint8Array, target: FileHandle, into: ChunkHasher): Promise<void> {
    if (doneBytes + piece.byteLength > mostBytes) throw new TenfoldError("size-mismatch", `${host} sends more than the ${mostBytes} bytes that are taken.`);
    await write(target, piece);
    into.update(piece);
    doneBytes += piece.byteLength;
    onProgress(doneBytes, totalBytes);
  }

  async function startAgain(): Promise<void> {
    await file.truncate(0);
    hasher = createChunkHasher();
    doneBytes = 0;
  }

  async function write(target: FileHandle, piece: Uint8Array): Promise<void> {
    for (let written = 0; written < piece.byteLength; ) {
      written += (await target.write(piece, written, piece.byteLength - written, doneBytes + written)).bytesWritten;
    }
  }

  try {
    for (let attempt = 1; ; attempt += 1) {
      const before = doneBytes;
      try {
        await once();
        break;
      } catch (error) {
        signal.throwIfAborted();
        const known = storageError(error) ?? TenfoldError.from(error, "network", `The connection to ${host} broke`);
        if (doneBytes > before) attempt = 1;
        if (!known.retryable || attempt >= attempts) throw known;
        if (etag === undefined) await startAgain();
        await delay(pauseMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
    await file.sync();
    return hasher.finish();
  } finally {
    await file.close();
  }
}

function refusal({ status }: Response, host: string): TenfoldError {
  if (status === 401 || status === 403) {
    return new TenfoldError("unauthorized", `${host} does not give the file to this hub (${status}).`, {
      remedy: "Accept the licence there, and save a credential for it under Imports.",
    });
  }
  return new TenfoldError("http-status", `${host} answers ${status}.`, { retryable: status === 408 || status === 429 || status >= 500 });
}

function storageError(error: unknown): TenfoldError | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new TenfoldError("disk-full", "The hub's disk is full.", { cause: error, remedy: "Free some space, then start the job again." });
  if (["EACCES", "EIO", "EROFS"].includes(code ?? "")) return TenfoldError.from(error, "storage-failed", "The hub's data folder cannot be written");
  return undefined;
}
