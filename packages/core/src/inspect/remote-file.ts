import { TenfoldError } from "@tenfold/catalog";
import { shownUrl } from "../downloads/follow.ts";
import { type OpenRange, openRange } from "../downloads/open-range.ts";
import type { ResolvedSource } from "../downloads/source.ts";
import { createStallWatch, type StallWatch } from "../downloads/stall-watch.ts";
import type { ModelFile } from "../formats/format-handler.ts";
import { getByFetch } from "../platform/get.ts";
import type { Platform } from "../platform/platform.ts";
import { type Block, createBlockCache } from "./block-cache.ts";

/** What reading a file by ranges has cost so far. */
export interface ReadCost {
  /** Ranges asked for. A redirect doubles what goes over the network. */
  requests: number;
  receivedBytes: number;
}

export interface RemoteFile extends ModelFile {
  readonly cost: Readonly<ReadCost>;
}

export interface RemoteFileOptions {
  platform: Platform;
  source: ResolvedSource;
  /** What the file is called in its model. */
  path: string;
  /** When it is known; the server's word is held against it. Absent: the server is asked at once. */
  sizeBytes?: number;
  signal?: AbortSignal;
}

const elsewhereBytes = 64 * 1024;
const firstAheadBytes = 512 * 1024;
const mostAheadBytes = 4 * 1024 * 1024;
const attempts = 4;
const firstDelayMs = 500;
const stallTimeoutMs = 30_000;

/**
 * A file at an address, read by ranges: where reading goes on, more is fetched ahead each time, from 512 KiB up to 4 MiB;
 * elsewhere 64 KiB. Up to 16 MiB are kept.
 * @throws TenfoldError `http-status` for a server that ignores ranges or a file that changes meanwhile, `size-mismatch`, `network`,
 * `timeout`, `unauthorized`; the signal's reason when aborted.
 */
export async function openRemoteFile({ platform, source, path, sizeBytes: knownBytes, signal }: RemoteFileOptions): Promise<RemoteFile> {
  const where = shownUrl(source.url);
  const cache = createBlockCache();
  const cost: ReadCost = { requests: 0, receivedBytes: 0 };
  let sizeBytes = knownBytes;
  let etag: string | undefined;
  let aheadBytes = firstAheadBytes / 2;
  let fetchedTo = 0;
  let queue: Promise<unknown> = Promise.resolve();

  async function load(start: number, end: number): Promise<Block> {
    const readsOn = start >= fetchedTo && start - fetchedTo <= mostAheadBytes;
    aheadBytes = readsOn ? Math.min(aheadBytes * 2, mostAheadBytes) : elsewhereBytes;
    const to = Math.min(start + Math.max(end - start, aheadBytes), sizeBytes ?? Number.POSITIVE_INFINITY);
    const bytes = await persistently(() => fetchRange(start, to));
    fetchedTo = start + bytes.length;
    return cache.add({ start, bytes });
  }

  async function persistently(work: () => Promise<Uint8Array>): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        signal?.throwIfAborted();
        if (!TenfoldError.is(error) || !error.retryable || attempt === attempts) throw error;
        const asked = error.details?.retryAfterMs;
        await platform.clock.sleep(typeof asked === "number" ? Math.min(asked, stallTimeoutMs) : firstDelayMs * 2 ** (attempt - 1), signal);
      }
    }
  }

  async function fetchRange(start: number, end: number): Promise<Uint8Array> {
    const watch = createStallWatch(platform, stallTimeoutMs, signal);
    cost.requests += 1;
    try {
      // `fetch` keeps its connection open for the next range.
      const opened = await openRange(getByFetch(platform.fetch), { source, start, end, ...(etag === undefined ? {} : { etag }) }, watch.signal);
      try {
        check(opened, start);
        return await take(opened.body, Math.min(end, sizeBytes ?? end) - start, watch);
      } finally {
        // A server that ignores ranges would go on to the end of the file.
        await opened.body.cancel();
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (watch.stalled) throw new TenfoldError("timeout", `${where} was silent for ${stallTimeoutMs / 1000} s.`);
      throw TenfoldError.from(error, "network", `The connection to ${where} broke`);
    } finally {
      watch.end();
    }
  }

  function check(opened: OpenRange, start: number): void {
    if (etag !== undefined && opened.etag !== etag) {
      throw new TenfoldError("http-status", `${where} changed while it was being read.`, { retryable: false, remedy: "Try again: it is read from the start." });
    }
    if (opened.start !== start) {
      throw new TenfoldError("http-status", `${where} ignores that only a part of the file is asked for.`, {
        retryable: false,
        remedy: "Download the file, and inspect it on this device.",
      });
    }
    if (opened.totalBytes === undefined && sizeBytes === undefined) throw new TenfoldError("size-mismatch", `${where} does not say how long the file is.`);
    if (sizeBytes !== undefined && opened.totalBytes !== undefined && opened.totalBytes !== sizeBytes) {
      throw new TenfoldError("size-mismatch", `${where} has ${opened.totalBytes} bytes, expected ${sizeBytes}.`);
    }
    sizeBytes ??= opened.totalBytes;
    etag ??= opened.etag;
  }

  async function take(body: OpenRange["body"], length: number, watch: StallWatch): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      const received = await body.read();
      if (!received) throw new TenfoldError("network", `${where} ended ${length - filled} bytes early.`);
      watch.touch();
      cost.receivedBytes += received.length;
      const piece = received.subarray(0, length - filled);
      bytes.set(piece, filled);
      filled += piece.length;
    }
    return bytes;
  }

  async function read(start: number, end: number): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const known = cache.find(start);
    if (known && end <= known.start + known.bytes.length) return known.bytes.subarray(start - known.start, end - known.start);
    const joined = new Uint8Array(Math.max(0, end - start));
    for (let at = start; at < end; ) {
      const block = cache.find(at) ?? (await load(at, end));
      const piece = block.bytes.subarray(at - block.start, end - block.start);
      joined.set(piece, at - start);
      at += piece.length;
    }
    return joined;
  }

  if (sizeBytes === undefined) {
    await load(0, elsewhereBytes).catch((error: unknown) => {
      // What has no first byte is empty.
      if (!TenfoldError.is(error, "http-status") || error.details?.status !== 416) throw error;
      sizeBytes = 0;
    });
  }
  const totalBytes = sizeBytes ?? 0;
  return {
    path,
    sizeBytes: totalBytes,
    cost,
    read({ start, end } = { start: 0, end: totalBytes }) {
      // One at a time, so that what one fetches ahead is there for the next.
      const result = queue.then(() => read(start, Math.min(end, totalBytes)));
      queue = result.catch(() => {});
      return result;
    },
  };
}
